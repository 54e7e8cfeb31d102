//! Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
//! It never blocks, never panics; with no agent there the line goes nowhere. From any thread.

use std::net::{Ipv4Addr, UdpSocket};

pub struct Ordertrace {
    socket: Option<UdpSocket>,
    port: u16,
}

impl Ordertrace {
    /// One for the process.
    pub fn open() -> Self {
        let port = std::env::var("ORDERTRACE_PORT")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(4747);
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok();
        Self {
            socket: socket.filter(|opened| opened.set_nonblocking(true).is_ok()),
            port,
        }
    }

    /// emit("end", "10042", &[("step", "push_to_crm"), ("res", "fail")], "price service timeout"), or "" for no note.
    pub fn emit(&self, verb: &str, order: &str, keys: &[(&str, &str)], note: &str) {
        let mut line = format!("ord1 {} ", verb);
        quote(&mut line, order);
        for (key, value) in keys {
            line.push_str(&format!(" {}=", key));
            quote(&mut line, value);
        }
        if !note.is_empty() {
            line.push_str(" :"); // one event stays one line
            line.extend(note.chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
        }
        let mut size = line.len().min(8192);
        while !line.is_char_boundary(size) {
            size -= 1;
        }
        if let Some(socket) = &self.socket {
            let _ = socket.send_to(&line.as_bytes()[..size], (Ipv4Addr::LOCALHOST, self.port));
        }
    }
}

fn quote(line: &mut String, value: &str) {
    line.push('"');
    for c in value.chars() {
        match c {
            '\\' | '"' => line.extend(['\\', c]),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            _ => line.push(c),
        }
    }
    line.push('"');
}

// demo

fn main() {
    let agent = Ordertrace::open();
    let mut slowest = std::time::Duration::ZERO;
    let mut timed = |verb: &str, order: &str, keys: &[(&str, &str)], note: &str| {
        let begin = std::time::Instant::now();
        agent.emit(verb, order, keys, note);
        slowest = slowest.max(begin.elapsed());
    };
    timed("start", "ЗК-77", &[("step", "calc_price"), ("id", "op-7")], "");
    timed(
        "end",
        "ЗК-77",
        &[
            ("step", "calc_price"),
            ("id", "op-7"),
            ("_material", "дуб \"A\" C:\\new"),
        ],
        "",
    );
    let attempt = [("step", "push to crm"), ("ms", "250"), ("try", "3"), ("of", "3")];
    let failed = [&attempt[..], &[("res", "fail"), ("err", "said \"no\"\nC:\\temp")]].concat();
    timed("span", "10042", &failed, "on the way\nord1 status 10043 st=STOLEN");
    timed("status", "ЗК-77", &[("st", "РАСПИЛ")], "принято \"как есть\"");
    timed("note", "ЗК-77", &[], &"слово ".repeat(10000));
    println!("slowest call: {:.3} ms", slowest.as_secs_f64() * 1e3);
}
