// The jobs of bench/micro.ac, and the echo server, as goroutines on one thread.
//
//	gobench echo [PORT]                                   the port is printed
//	gobench spawn-join|yield|mpsc|timers|mutex VARIANT
package main

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// As in bench/micro.h.
const (
	children = 1000000
	yielders = 1000
	yields   = 2000
	senders  = 4
	sent     = 500000
	room     = 64
	timers   = 1000000
	longest  = 100000
	lockers  = 1000
	locks    = 200
)

func cpuNs() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(0, &usage)
	return float64(usage.Utime.Sec+usage.Stime.Sec)*1e9 + float64(usage.Utime.Usec+usage.Stime.Usec)*1e3
}

func statusBytes(name string) float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		var kilobytes float64
		if strings.HasPrefix(line, name) {
			fmt.Sscanf(line[len(name):], ": %f", &kilobytes)
			return kilobytes * 1024
		}
	}
	return 0
}

func echo(connection net.Conn) {
	buffer := make([]byte, 4096)
	for {
		n, err := connection.Read(buffer)
		if err != nil {
			connection.Close()
			return
		}
		connection.Write(buffer[:n])
	}
}

func serve(port string) {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		go echo(connection)
	}
}

func spawnJoin() int {
	var group sync.WaitGroup
	results := make([]uint64, children)
	group.Add(children)
	for i := 0; i < children; i++ {
		i := i
		go func() {
			results[i] = uint64(i)
			group.Done()
		}()
	}
	group.Wait()
	return children
}

func yield() int {
	var group sync.WaitGroup
	group.Add(yielders)
	for i := 0; i < yielders; i++ {
		go func() {
			for k := 0; k < yields; k++ {
				runtime.Gosched()
			}
			group.Done()
		}()
	}
	group.Wait()
	return yielders * yields
}

func mpsc() int {
	channel := make(chan uint64, room)
	for i := 0; i < senders; i++ {
		go func() {
			for k := uint64(0); k < sent; k++ {
				channel <- k
			}
		}()
	}
	sum := uint64(0)
	for i := 0; i < senders*sent; i++ {
		sum += <-channel
	}
	if sum != senders*sent*(sent-1)/2 {
		panic("lost")
	}
	return senders * sent
}

func sleepers() int {
	var group sync.WaitGroup
	group.Add(timers)
	state := uint64(1)
	for i := 0; i < timers; i++ {
		state = state*6364136223846793005 + 1442695040888963407
		duration := time.Duration((state>>33)%longest) * time.Microsecond
		go func() {
			time.Sleep(duration)
			group.Done()
		}()
	}
	group.Wait()
	return timers
}

func mutex() int {
	var group sync.WaitGroup
	var lock sync.Mutex
	shared := 0
	group.Add(lockers)
	for i := 0; i < lockers; i++ {
		go func() {
			for k := 0; k < locks; k++ {
				lock.Lock()
				runtime.Gosched()
				shared++
				lock.Unlock()
			}
			group.Done()
		}()
	}
	group.Wait()
	if shared != lockers*locks {
		panic("lost")
	}
	return shared
}

func main() {
	runtime.GOMAXPROCS(1)
	job := os.Args[1]
	if job == "echo" {
		port := "0"
		if len(os.Args) > 2 {
			port = os.Args[2]
		}
		serve(port)
		return
	}
	jobs := map[string]func() int{"spawn-join": spawnJoin, "yield": yield, "mpsc": mpsc, "timers": sleepers, "mutex": mutex}
	ns, bytes := cpuNs(), statusBytes("VmRSS")
	operations := float64(jobs[job]())
	fmt.Printf("%s %s %.2f\n", job, os.Args[2], (cpuNs()-ns)/operations)
	fmt.Printf("%s-peak %s %.0f\n", job, os.Args[2], statusBytes("VmHWM")-bytes)
}
