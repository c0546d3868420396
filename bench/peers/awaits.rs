// The workloads of bench/awaits.ac as async functions of Rust, with a waker that does nothing and futures made here; no crates.
//
//     awaits_rust rust [million]
#![allow(dead_code)]
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Wake, Waker};

#[path = "cpu.rs"]
mod cpu;
use cpu::cpu_ns;

const RUNS: usize = 7;
// As in bench/harness.h.
const N_READY: u64 = 200_000;
const N_RESUME: u64 = 200_000;
const N_RETURN: u64 = 100_000;
const N_LOOP: u64 = 1_000_000;
const N_PING_PONG: u64 = 50_000;
const TREE_DEPTH: u64 = 16;
const TREE_NODES: u64 = (1 << TREE_DEPTH) - 1;
const FIB: u64 = 25;
const FIB_CALLS: u64 = 242785;
const MILLION: usize = 1_000_000;

// --- what waits, and what runs it -------------------------------------------------------------------------------------------

struct Park(bool);
impl Future for Park {
    type Output = ();
    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}
fn park() -> Park {
    Park(false)
}

struct Nobody;
impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

fn drive(future: impl Future<Output = u64>) -> u64 {
    let waker = Waker::from(Arc::new(Nobody));
    let mut context = Context::from_waker(&waker);
    let mut future: Pin<Box<dyn Future<Output = u64> + '_>> = Box::pin(future);
    loop {
        if let Poll::Ready(value) = black_box(&mut future).as_mut().poll(&mut context) {
            return value;
        }
    }
}

// Keeps a callee's poll out of its caller's: as a call to another crate does.
struct Call<F>(F);
impl<F: Future> Future for Call<F> {
    type Output = F::Output;
    #[inline(never)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        unsafe { self.map_unchecked_mut(|this| &mut this.0) }.poll(context)
    }
}

// --- chains -----------------------------------------------------------------------------------------------------------------

#[inline(always)]
fn opaque(mut x: u64) -> u64 {
    unsafe { std::arch::asm!("/* {0} */", inout(reg) x, options(nomem, nostack, preserves_flags)) };
    x
}

macro_rules! inline { ($future:expr) => { $future }; }
macro_rules! call { ($future:expr) => { Call($future) }; }

macro_rules! chain {
    ($module:ident, $mode:ident, $($k:literal $level:ident $below:ident),*) => {
        mod $module {
            pub mod l0 {
                use crate::*;
                pub async fn ready(x: u64) -> u64 {
                    let x = opaque(x);
                    if x == u64::MAX {
                        park().await;
                    }
                    x.wrapping_add(1)
                }
                pub async fn resume(n: u64) -> u64 {
                    let mut i = 0;
                    while i < n {
                        park().await;
                        i += 1;
                    }
                    i
                }
                pub async fn come_back(x: u64) -> u64 {
                    park().await;
                    x.wrapping_add(1)
                }
            }
            $(pub mod $level {
                #[allow(unused_imports)]
                use crate::*;
                pub async fn ready(x: u64) -> u64 {
                    $mode!(super::$below::ready(x.wrapping_add($k))).await ^ $k
                }
                pub async fn resume(n: u64) -> u64 {
                    $mode!(super::$below::resume(n)).await ^ $k
                }
                pub async fn come_back(x: u64) -> u64 {
                    $mode!(super::$below::come_back(x.wrapping_add($k))).await ^ $k
                }
            })*
        }
    };
}
macro_rules! chain_of_63 {
    ($module:ident, $mode:ident) => {
        chain!($module, $mode, 1 l1 l0, 2 l2 l1, 3 l3 l2, 4 l4 l3, 5 l5 l4, 6 l6 l5, 7 l7 l6, 8 l8 l7, 9 l9 l8, 10 l10 l9, 11 l11 l10,
            12 l12 l11, 13 l13 l12, 14 l14 l13, 15 l15 l14, 16 l16 l15, 17 l17 l16, 18 l18 l17, 19 l19 l18, 20 l20 l19, 21 l21 l20,
            22 l22 l21, 23 l23 l22, 24 l24 l23, 25 l25 l24, 26 l26 l25, 27 l27 l26, 28 l28 l27, 29 l29 l28, 30 l30 l29, 31 l31 l30,
            32 l32 l31, 33 l33 l32, 34 l34 l33, 35 l35 l34, 36 l36 l35, 37 l37 l36, 38 l38 l37, 39 l39 l38, 40 l40 l39, 41 l41 l40,
            42 l42 l41, 43 l43 l42, 44 l44 l43, 45 l45 l44, 46 l46 l45, 47 l47 l46, 48 l48 l47, 49 l49 l48, 50 l50 l49, 51 l51 l50,
            52 l52 l51, 53 l53 l52, 54 l54 l53, 55 l55 l54, 56 l56 l55, 57 l57 l56, 58 l58 l57, 59 l59 l58, 60 l60 l59, 61 l61 l60,
            62 l62 l61, 63 l63 l62);
    };
}
chain_of_63!(inlined, inline);
chain_of_63!(called, call);

// n calls of a function.
macro_rules! calls {
    ($mode:ident, $function:path) => {
        |n| {
            drive(async move {
                let mut sum = 0u64;
                let mut i = 0;
                while i < n {
                    sum = sum.wrapping_add($mode!($function(i)).await);
                    i += 1;
                }
                sum
            })
        }
    };
}

// --- recursion, the loop, what a million are made of ------------------------------------------------------------------------

async fn tree(depth: u64) -> u64 {
    if depth == 0 {
        return 0;
    }
    park().await;
    let left = Box::pin(tree(depth - 1)).await;
    left + Box::pin(tree(depth - 1)).await + 1
}
async fn fib(n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    let before = Box::pin(fib(n - 1)).await;
    before + Box::pin(fib(n - 2)).await
}

static mut BUFFER: [u64; 64] = [0; 64];
static mut ASKED: i32 = 0;
async fn park_if_asked() {
    if unsafe { std::ptr::read_volatile(&raw const ASKED) } != 0 {
        park().await;
    }
}
macro_rules! arithmetic {
    ($name:ident, $operation:ident) => {
        async fn $name(n: u64) -> u64 {
            let (mut a, mut b, mut c, mut d) = (1u64, 2u64, 3u64, 4u64);
            let mut i = 0u64;
            while i < n {
                a = a.wrapping_add(b ^ i);
                b = b.rotate_left(7);
                c ^= a;
                d = d.wrapping_add(c >> 3);
                unsafe {
                    let place = (&raw mut BUFFER as *mut u64).add((i & 63) as usize);
                    *place = (*place).wrapping_add(d);
                }
                if i & 15 == 15 {
                    $operation().await;
                }
                i += 1;
            }
            a ^ b ^ c ^ d
        }
    };
}
arithmetic!(loop_ready, park_if_asked);
arithmetic!(loop_suspend, park);

async fn million_0(x: u64) -> u64 {
    let a = x * 3;
    park().await;
    a
}
async fn million_1(x: u64) -> u64 {
    let (b, c) = (x + 1, x ^ 5);
    million_0(b).await + b + c
}
async fn million_2(x: u64) -> u64 {
    let (d, e) = (x + 7, x ^ 9);
    million_1(d).await + d + e
}

// Without the pages of files, as in bench/harness.h.
fn resident_bytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: Vec<f64> = text.split(' ').filter_map(|n| n.parse().ok()).collect();
    if pages.len() > 2 { (pages[1] - pages[2]) * 4096.0 } else { 0.0 }
}

fn measure_million(variant: &str) {
    type Waiting = Option<Pin<Box<dyn Future<Output = u64>>>>;
    let waker = Waker::from(Arc::new(Nobody));
    let mut context = Context::from_waker(&waker);
    let mut waiting: Vec<Waiting> = (0..MILLION).map(|_| None).collect();
    println!("million-frame {variant} {}", std::mem::size_of_val(&million_2(1)));
    let bytes = resident_bytes();
    let start = cpu_ns();
    for (i, place) in waiting.iter_mut().enumerate() {
        let mut future: Pin<Box<dyn Future<Output = u64>>> = Box::pin(million_2(i as u64));
        let _ = future.as_mut().poll(&mut context);
        *place = Some(future);
    }
    let middle = cpu_ns();
    let bytes = resident_bytes() - bytes;
    let mut sum = 0u64;
    for place in waiting.iter_mut() {
        if let Poll::Ready(value) = place.take().unwrap().as_mut().poll(&mut context) {
            sum += value;
        }
    }
    let count = MILLION as f64;
    println!("million-bytes {variant} {:.1} {sum:x}", bytes / count);
    println!("million-create {variant} {:.1}", (middle - start) / count);
    println!("million-finish {variant} {:.1}", (cpu_ns() - middle) / count);
}

// --- two tasks, two channels for one value ----------------------------------------------------------------------------------

thread_local! { static READY: RefCell<VecDeque<usize>> = RefCell::new(VecDeque::with_capacity(16)); }

// The number of a task is its waker: nothing is counted, nothing is allocated.
fn waker_of(task: usize) -> Waker {
    fn clone(task: *const ()) -> RawWaker {
        RawWaker::new(task, &TABLE)
    }
    fn wake(task: *const ()) {
        READY.with(|ready| ready.borrow_mut().push_back(task as usize));
    }
    fn drop(_: *const ()) {}
    static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, drop);
    unsafe { Waker::from_raw(RawWaker::new(task as *const (), &TABLE)) }
}

#[derive(Default)]
struct Channel {
    value: Cell<Option<u64>>,
    waiting: Cell<Option<Waker>>,
}
impl Channel {
    fn wait<T>(&self, context: &mut Context<'_>) -> Poll<T> {
        self.waiting.set(Some(context.waker().clone()));
        Poll::Pending
    }
    fn wake(&self) {
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }
    async fn send(&self, value: u64) {
        std::future::poll_fn(|context| {
            if self.value.get().is_some() {
                return self.wait(context);
            }
            self.value.set(Some(value));
            self.wake();
            Poll::Ready(())
        })
        .await
    }
    async fn receive(&self) -> u64 {
        std::future::poll_fn(|context| match self.value.take() {
            None => self.wait(context),
            Some(value) => {
                self.wake();
                Poll::Ready(value)
            }
        })
        .await
    }
}

fn ping_pong(n: u64) -> u64 {
    let (there, back, result) = (Channel::default(), Channel::default(), Cell::new(0u64));
    let ping = async {
        let mut sum = 0u64;
        for i in 0..n {
            there.send(i).await;
            sum = sum.wrapping_add(back.receive().await);
        }
        result.set(sum);
    };
    let pong = async {
        for _ in 0..n {
            let value = there.receive().await;
            back.send(value + 1).await;
        }
    };
    let mut tasks: Vec<Pin<Box<dyn Future<Output = ()> + '_>>> = vec![Box::pin(ping), Box::pin(pong)];
    let wakers: Vec<Waker> = (0..2).map(waker_of).collect();
    READY.with(|ready| ready.borrow_mut().extend([0, 1]));
    while let Some(i) = READY.with(|ready| ready.borrow_mut().pop_front()) {
        let _ = tasks[i].as_mut().poll(&mut Context::from_waker(&wakers[i]));
    }
    drop(tasks);
    result.get()
}

// --- the table --------------------------------------------------------------------------------------------------------------

struct Workload(&'static str, u64, fn(u64) -> u64);

const WORKLOADS: &[Workload] = &[
    Workload("ready-inline-1", N_READY, calls!(inline, inlined::l0::ready)),
    Workload("ready-inline-4", N_READY, calls!(inline, inlined::l3::ready)),
    Workload("ready-inline-16", N_READY, calls!(inline, inlined::l15::ready)),
    Workload("ready-calls-1", N_READY, calls!(call, called::l0::ready)),
    Workload("ready-calls-4", N_READY, calls!(call, called::l3::ready)),
    Workload("ready-calls-16", N_READY, calls!(call, called::l15::ready)),
    Workload("resume-inline-1", N_RESUME, |n| drive(inlined::l0::resume(n))),
    Workload("resume-inline-4", N_RESUME, |n| drive(inlined::l3::resume(n))),
    Workload("resume-inline-16", N_RESUME, |n| drive(inlined::l15::resume(n))),
    Workload("resume-inline-64", N_RESUME, |n| drive(inlined::l63::resume(n))),
    Workload("resume-calls-1", N_RESUME, |n| drive(called::l0::resume(n))),
    Workload("resume-calls-4", N_RESUME, |n| drive(called::l3::resume(n))),
    Workload("resume-calls-16", N_RESUME, |n| drive(called::l15::resume(n))),
    Workload("resume-calls-64", N_RESUME, |n| drive(called::l63::resume(n))),
    Workload("return-inline-2", N_RETURN, calls!(inline, inlined::l0::come_back)),
    Workload("return-inline-4", N_RETURN, calls!(inline, inlined::l2::come_back)),
    Workload("return-inline-16", N_RETURN, calls!(inline, inlined::l14::come_back)),
    Workload("return-calls-2", N_RETURN, calls!(call, called::l0::come_back)),
    Workload("return-calls-4", N_RETURN, calls!(call, called::l2::come_back)),
    Workload("return-calls-16", N_RETURN, calls!(call, called::l14::come_back)),
    Workload("tree", TREE_NODES, |n| drive(tree(n / TREE_NODES * TREE_DEPTH))),
    Workload("fib", FIB_CALLS, |n| drive(fib(n / FIB_CALLS * FIB))),
    Workload("loop-ready", N_LOOP, |n| drive(loop_ready(n))),
    Workload("loop-suspend", N_LOOP, |n| drive(loop_suspend(n))),
    Workload("ping-pong", N_PING_PONG, ping_pong),
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let variant = arguments.get(1).map_or("rust", String::as_str);
    if arguments.len() > 2 {
        measure_million(variant);
        return;
    }
    for Workload(name, n, run) in WORKLOADS {
        let mut best = f64::INFINITY;
        let mut computed = 0;
        for _ in 0..RUNS {
            let start = cpu_ns();
            computed = black_box(run(black_box(*n)));
            best = best.min(cpu_ns() - start);
        }
        println!("{name} {variant} {:.3} {computed:x}", best / *n as f64);
    }
}
