# Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
# It never blocks, never raises; with no agent there the line goes nowhere.
require "socket"

module Ordertrace
  SOCKET = Socket.new(:INET, :DGRAM)
  AGENT = Socket.sockaddr_in(ENV.fetch("ORDERTRACE_PORT", "4747"), "127.0.0.1")
  ESCAPES = { "\\" => "\\\\", '"' => '\\"', "\n" => "\\n", "\r" => "\\r", "\t" => "\\t" }.freeze

  def self.quoted(value)
    %("#{value.to_s.b.gsub(/[\\"\n\r\t]/n, ESCAPES)}")
  end

  # Ordertrace.emit("end", "10042", "price service timeout", step: "push_to_crm", res: "fail")
  def self.emit(verb, order, note = nil, **keys)
    line = "ord1 #{verb} #{quoted(order)}"
    keys.each { |key, value| line << " #{key}=#{quoted(value)}" }
    line << " :" << note.to_s.b.gsub(/[\r\n]+/n, " ") if note # one event stays one line
    line = line.byteslice(0, 8193).sub(/[^\x80-\xBF][\x80-\xBF]*\z/n, "") if line.bytesize > 8192 # no half character
    SOCKET.sendmsg_nonblock(line, 0, AGENT, exception: false)
    nil
  rescue StandardError # whatever it is: tracing must not be the service's trouble
    nil
  end
end

# demo

if $PROGRAM_NAME == __FILE__
  slowest = 0
  timed = lambda do |*words, **keys|
    begin_time = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    Ordertrace.emit(*words, **keys)
    slowest = [slowest, Process.clock_gettime(Process::CLOCK_MONOTONIC) - begin_time].max
  end
  timed.call("start", "ЗК-77", step: "calc_price", id: "op-7")
  timed.call("end", "ЗК-77", step: "calc_price", id: "op-7", _material: 'дуб "A" C:\new')
  timed.call("span", "10042", "on the way\nord1 status 10043 st=STOLEN",
             step: "push to crm", ms: 250, try: 3, of: 3, res: "fail", err: "said \"no\"\nC:\\temp")
  timed.call("status", "ЗК-77", 'принято "как есть"', st: "РАСПИЛ")
  timed.call("note", "ЗК-77", "слово " * 10_000)
  puts format("slowest call: %.3f ms", slowest * 1e3)
end
