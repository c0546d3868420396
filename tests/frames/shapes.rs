// The functions of shapes.ac in Rust: `name bytes` of each future. The leaf is a future of 16 bytes.
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::task::{Context, Poll};

struct Leaf(u64, u64);
impl Future for Leaf {
    type Output = u64;
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> { Poll::Pending }
}
fn leaf() -> Leaf { Leaf(black_box(1), 0) }

#[inline(never)] fn make<const N: usize>() -> [u8; N] { black_box([1; N]) }
#[inline(never)] fn read<const N: usize>(b: &[u8; N]) -> u64 { black_box(b); 1 }
#[inline(never)] fn eat<const N: usize>(b: [u8; N]) -> u64 { black_box(&b); 1 }
#[inline(never)] fn fill<const N: usize>(b: &mut [u8; N]) { black_box(b); }
#[inline(never)] fn source() -> u64 { black_box(1) }
#[inline(never)] fn sink(x: u64) { black_box(x); }

async fn child<const N: usize>() -> u64 { let b: [u8; N] = make(); leaf().await; read(&b) }
async fn keeper(b: [u8; 1024]) -> u64 { leaf().await; eat(b) }

struct Join<A, B> { a: A, b: B, ra: Option<u64>, rb: Option<u64> }
impl<A: Future<Output = u64>, B: Future<Output = u64>> Future for Join<A, B> {
    type Output = u64;
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u64> {
        let s = unsafe { self.get_unchecked_mut() };
        if s.ra.is_none() {
            if let Poll::Ready(v) = unsafe { Pin::new_unchecked(&mut s.a) }.poll(cx) { s.ra = Some(v); }
        }
        if s.rb.is_none() {
            if let Poll::Ready(v) = unsafe { Pin::new_unchecked(&mut s.b) }.poll(cx) { s.rb = Some(v); }
        }
        match (s.ra, s.rb) { (Some(x), Some(y)) => Poll::Ready(x + y), _ => Poll::Pending }
    }
}
fn join<A: Future<Output = u64>, B: Future<Output = u64>>(a: A, b: B) -> Join<A, B> { Join { a, b, ra: None, rb: None } }

async fn parameter_used_after(x: u64) -> u64 { leaf().await; x }
async fn parameter_dead_before(x: u64) -> u64 { sink(x); leaf().await }
async fn array_parameter(b: [u8; 1024]) -> u64 { leaf().await; read(&b) }
async fn two_in_sequence() -> u64 { child::<1024>().await + child::<512>().await }
async fn branches(c: bool) -> u64 {
    if c { let b: [u8; 1024] = make(); leaf().await; read(&b) } else { let b: [u8; 512] = make(); leaf().await; read(&b) }
}
async fn looping(n: u64) -> u64 { let mut sum = 0; let mut i = 0; while i < n { sum += leaf().await; i += 1; } sum }
async fn join_of_two() -> u64 { join(child::<256>(), child::<256>()).await }
async fn four_arms(m: u32) -> u64 {
    match m {
        0 => { let b: [u8; 256] = make(); leaf().await; read(&b) }
        1 => { let b: [u8; 512] = make(); leaf().await; read(&b) }
        2 => { let b: [u8; 128] = make(); leaf().await; read(&b) }
        _ => leaf().await,
    }
}
async fn read_before() -> u64 { let b: [u8; 1024] = make(); let sum = read(&b); leaf().await; sum }
async fn read_before_in_block() -> u64 { let sum = { let b: [u8; 1024] = make(); read(&b) }; leaf().await; sum }
async fn argument_to_child(b: [u8; 1024]) -> u64 { keeper(b).await }
async fn through_first(b: [u8; 1024]) -> u64 { keeper(b).await }
async fn through_second(b: [u8; 1024]) -> u64 { through_first(b).await }
async fn through_three(b: [u8; 1024]) -> u64 { through_second(b).await }
async fn four_in_sequence() -> u64 { child::<256>().await + child::<256>().await + child::<256>().await + child::<256>().await }
async fn block_then_child() -> u64 {
    let n = { let mut b = [0u8; 1024]; fill(&mut b); leaf().await; read(&b) };
    n + child::<1024>().await
}
async fn two_by_value() -> u64 {
    let a: [u8; 512] = make(); leaf().await; let r = eat(a);
    let b: [u8; 512] = make(); leaf().await; r + eat(b)
}
async fn operands(x: u64, y: u64) -> u64 { (x ^ leaf().await) + (y ^ leaf().await) }
async fn recursive(n: u64) -> u64 {
    if n == 0 { return leaf().await; }
    let r = (Box::pin(recursive(n - 1)) as Pin<Box<dyn Future<Output = u64>>>).await;
    r + n
}
async fn bytes_and_word(a: u8, b: u8, c: u8, d: u8) -> u64 {
    let x = leaf().await; let y = leaf().await; x + y + (a ^ b ^ c ^ d) as u64
}
async fn chain_1(x: u64) -> u64 { leaf().await + x }
macro_rules! chain { ($($f:ident $g:ident),*) => { $(async fn $f(x: u64) -> u64 { $g(x + 1).await + x })* } }
chain!(chain_2 chain_1, chain_3 chain_2, chain_4 chain_3, chain_5 chain_4, chain_6 chain_5, chain_7 chain_6, chain_of_eight chain_7);
async fn child_then_leaf() -> u64 { let r = child::<64>().await; leaf().await; r }
async fn pointer_dead(b: Box<[u8; 64]>) -> u64 { let n = read(&b); drop(b); let m = leaf().await; n + m }
async fn one_branch_each(c: bool) -> u64 {
    let a: [u8; 256] = make();
    let mut r = 0;
    if c { r = eat(a); } else { let b: [u8; 256] = make(); r += leaf().await; r += eat(b); }
    leaf().await;
    r
}

async fn nothing_live() { leaf().await; }
async fn triangle(n: u32) {
    let (mut a, mut c) = (source(), source());
    let mut i = 0;
    while i < n {
        leaf().await; sink(c); let b = source();
        leaf().await; sink(a); c = source();
        leaf().await; sink(b); a = source();
        i += 1;
    }
    sink(a); sink(c);
}
async fn two_blocks() {
    { let b: [u8; 1024] = make(); leaf().await; read(&b); }
    { let b: [u8; 1024] = make(); leaf().await; read(&b); }
}
async fn argument_consumed(b: [u8; 1024]) { eat(b); leaf().await; }
async fn buffer_in_block() { { let mut b = [0u8; 1024]; fill(&mut b); } leaf().await; }
async fn buffer_not_kept() { let mut b = [0u8; 1024]; fill(&mut b); leaf().await; }
async fn buffer_kept() { let mut b = [0u8; 1024]; fill(&mut b); leaf().await; read(&b); }
async fn forward_1() -> u64 { child::<100>().await }
async fn forward_2() -> u64 { forward_1().await }
async fn forward_3() -> u64 { forward_2().await }
async fn forward_4() -> u64 { forward_3().await }
async fn five_forwarders() -> u64 { forward_4().await }
async fn wrap_1() -> u64 { leaf().await; child::<100>().await }
async fn wrap_2() -> u64 { leaf().await; wrap_1().await }
async fn wrap_3() -> u64 { leaf().await; wrap_2().await }
async fn wrap_4() -> u64 { leaf().await; wrap_3().await }
async fn five_wrappers() -> u64 { leaf().await; wrap_4().await }
async fn three_leaves() { child::<100>().await; child::<100>().await; child::<100>().await; }
async fn one_eight_two() {
    let a = source() as u8; leaf().await; sink(a as u64);
    let b = source(); leaf().await; sink(b);
    let c = source() as u16; leaf().await; sink(c as u64);
}
async fn dying_one_by_one() {
    let (a, b, c) = (source(), source(), source());
    leaf().await; sink(a);
    leaf().await; sink(b);
    leaf().await; sink(c);
}

macro_rules! sizes { ($($f:ident($($x:expr),*)),*) => { $(println!("{} {}", stringify!($f), std::mem::size_of_val(&$f($($x),*)));)* } }

fn main() {
    println!("loop {}", std::mem::size_of_val(&looping(1)));
    println!("hundred {}", std::mem::size_of_val(&child::<100>()));
    sizes!(
        parameter_used_after(1), parameter_dead_before(1), array_parameter([0; 1024]), two_in_sequence(), branches(true), join_of_two(),
        four_arms(1), read_before(), read_before_in_block(), argument_to_child([0; 1024]), through_three([0; 1024]), four_in_sequence(),
        block_then_child(), two_by_value(), operands(1, 2), recursive(1), bytes_and_word(1, 2, 3, 4), chain_of_eight(1), child_then_leaf(),
        pointer_dead(Box::new([0; 64])), one_branch_each(true), nothing_live(), triangle(1), two_blocks(), argument_consumed([0; 1024]),
        buffer_in_block(), buffer_not_kept(), buffer_kept(), five_forwarders(), five_wrappers(), three_leaves(), one_eight_two(),
        dying_one_by_one()
    );
}
