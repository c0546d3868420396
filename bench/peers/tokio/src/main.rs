// The jobs of bench/micro.ac, and the echo server, on tokio's executor for one thread.
//
//     tokio echo [PORT]                                   the port is printed
//     tokio spawn-join|yield|mpsc|timers|mutex VARIANT
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, Mutex};

#[path = "../../cpu.rs"]
mod cpu;
use cpu::cpu_ns;

// As in bench/micro.h.
const CHILDREN: u64 = 1_000_000;
const YIELDERS: u64 = 1000;
const YIELDS: u64 = 2000;
const SENDERS: u64 = 4;
const SENT: u64 = 500_000;
const ROOM: usize = 64;
const TIMERS: u64 = 1_000_000;
const LONGEST: u64 = 100_000;
const LOCKERS: u64 = 1000;
const LOCKS: u64 = 200;

fn status_bytes(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) * 1024.0
}

async fn echo(mut socket: TcpStream) {
    let mut buffer = [0u8; 4096];
    loop {
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(n) => {
                if socket.write_all(&buffer[..n]).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn serve(port: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    println!("{}", listener.local_addr().unwrap().port());
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let _ = socket.set_nodelay(true);
        tokio::spawn(echo(socket));
    }
}

async fn spawn_join() -> u64 {
    let mut children = Vec::with_capacity(CHILDREN as usize);
    for i in 0..CHILDREN {
        children.push(tokio::spawn(async move { i }));
    }
    let mut sum = 0;
    for child in children {
        sum += child.await.unwrap();
    }
    assert_eq!(sum, CHILDREN * (CHILDREN - 1) / 2);
    CHILDREN
}

async fn yields() -> u64 {
    let give_way = || async {
        for _ in 0..YIELDS {
            tokio::task::yield_now().await;
        }
    };
    let tasks: Vec<_> = (0..YIELDERS).map(|_| tokio::spawn(give_way())).collect();
    for task in tasks {
        task.await.unwrap();
    }
    YIELDERS * YIELDS
}

async fn channel() -> u64 {
    let (sender, mut receiver) = mpsc::channel::<u64>(ROOM);
    for _ in 0..SENDERS {
        let sender = sender.clone();
        tokio::spawn(async move {
            for i in 0..SENT {
                sender.send(i).await.unwrap();
            }
        });
    }
    drop(sender);
    let mut sum = 0;
    while let Some(value) = receiver.recv().await {
        sum += value;
    }
    assert_eq!(sum, SENDERS * SENT * (SENT - 1) / 2);
    SENDERS * SENT
}

async fn timers() -> u64 {
    let mut state = 1u64;
    let mut tasks = Vec::with_capacity(TIMERS as usize);
    for _ in 0..TIMERS {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let time = Duration::from_micros((state >> 33) % LONGEST);
        tasks.push(tokio::spawn(async move { tokio::time::sleep(time).await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    TIMERS
}

async fn mutex() -> u64 {
    let shared = Arc::new(Mutex::new(0u64));
    let mut tasks = Vec::new();
    for _ in 0..LOCKERS {
        let shared = shared.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..LOCKS {
                let mut count = shared.lock().await;
                tokio::task::yield_now().await;
                *count += 1;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let count = *shared.lock().await;
    assert_eq!(count, LOCKERS * LOCKS);
    count
}

async fn run(job: String) -> u64 {
    match job.as_str() {
        "spawn-join" => spawn_join().await,
        "yield" => yields().await,
        "mpsc" => channel().await,
        "timers" => timers().await,
        "mutex" => mutex().await,
        _ => panic!("no job {job}"),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if arguments[1] == "echo" {
        let port = arguments.get(2).map_or(0, |port| port.parse().unwrap());
        runtime.block_on(async move { tokio::spawn(serve(port)).await.unwrap() });
        return;
    }
    let (job, variant) = (&arguments[1], &arguments[2]);
    let (ns, bytes) = (cpu_ns(), status_bytes("VmRSS"));
    let operations = runtime.block_on(async { tokio::spawn(run(job.clone())).await.unwrap() }) as f64;
    println!("{job} {variant} {:.2}", (cpu_ns() - ns) / operations);
    println!("{job}-peak {variant} {:.0}", status_bytes("VmHWM") - bytes);
}
