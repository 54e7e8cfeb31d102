// Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
// It never blocks, never panics; with no agent there the line goes nowhere. From any goroutine.
package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Not connected to the agent: a connected socket answers the next call with the refusal of the last.
var ordertraceSocket, _ = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
var ordertraceEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// Ordertrace("end", "10042", "price service timeout", "step", "push_to_crm", "res", "fail"): the note may be empty.
func Ordertrace(verb, order, note string, keysAndValues ...string) {
	quoted := func(value string) string { return `"` + ordertraceEscapes.Replace(value) + `"` }
	line := "ord1 " + verb + " " + quoted(order)
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		line += " " + keysAndValues[i] + "=" + quoted(keysAndValues[i+1])
	}
	if note != "" {
		line += " :" + strings.NewReplacer("\n", " ", "\r", " ").Replace(note) // one event stays one line
	}
	if len(line) > 8192 {
		line = strings.ToValidUTF8(line[:8192], "") // no half character at the end
	}
	port, err := strconv.Atoi(os.Getenv("ORDERTRACE_PORT"))
	if err != nil {
		port = 4747
	}
	ordertraceSocket.WriteToUDP([]byte(line), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
}

// demo

func main() {
	var slowest time.Duration
	timed := func(verb, order, note string, keysAndValues ...string) {
		begin := time.Now()
		Ordertrace(verb, order, note, keysAndValues...)
		if took := time.Since(begin); took > slowest {
			slowest = took
		}
	}
	timed("start", "ЗК-77", "", "step", "calc_price", "id", "op-7")
	timed("end", "ЗК-77", "", "step", "calc_price", "id", "op-7", "_material", `дуб "A" C:\new`)
	timed("span", "10042", "on the way\nord1 status 10043 st=STOLEN", "step", "push to crm", "ms", "250",
		"try", "3", "of", "3", "res", "fail", "err", "said \"no\"\nC:\\temp")
	timed("status", "ЗК-77", `принято "как есть"`, "st", "РАСПИЛ")
	timed("note", "ЗК-77", strings.Repeat("слово ", 10000))
	fmt.Printf("slowest call: %.3f ms\n", slowest.Seconds()*1e3)
}
