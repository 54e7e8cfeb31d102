<?php
// Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
// It never blocks, never throws; with no agent there the line goes nowhere.
declare(strict_types=1);

// ordertrace('end', '10042', ['step' => 'push_to_crm', 'res' => 'fail'], 'price service timeout')
function ordertrace(string $verb, string $order, array $keys = [], string $note = ''): void
{
    static $socket = null;
    try {
        // Not connected to the agent: a connected socket answers the next call with the refusal of the last.
        $socket ??= stream_socket_server('udp://127.0.0.1:0', $code, $text, STREAM_SERVER_BIND);
        $quoted = fn ($value): string => '"' . addcslashes((string) $value, "\\\"\n\r\t") . '"';
        $line = "ord1 $verb " . $quoted($order);
        foreach ($keys as $key => $value) {
            $line .= " $key=" . $quoted($value);
        }
        if ($note !== '') {
            $line .= ' :' . preg_replace('/[\r\n]+/', ' ', $note); // one event stays one line
        }
        if (strlen($line) > 8192) { // no half character at the end
            $line = preg_replace('/[^\x80-\xBF][\x80-\xBF]*\z/', '', substr($line, 0, 8193));
        }
        stream_set_blocking($socket, false);
        @stream_socket_sendto($socket, $line, 0, '127.0.0.1:' . (getenv('ORDERTRACE_PORT') ?: '4747'));
    } catch (Throwable) { // whatever it is: tracing must not be the service's trouble
    }
}

// demo

$slowest = 0;
$timed = function (...$words) use (&$slowest): void {
    $begin = hrtime(true);
    ordertrace(...$words);
    $slowest = max($slowest, hrtime(true) - $begin);
};
$timed('start', 'ЗК-77', ['step' => 'calc_price', 'id' => 'op-7']);
$timed('end', 'ЗК-77', ['step' => 'calc_price', 'id' => 'op-7', '_material' => 'дуб "A" C:\new']);
$timed(
    'span',
    '10042',
    ['step' => 'push to crm', 'ms' => 250, 'try' => 3, 'of' => 3, 'res' => 'fail', 'err' => "said \"no\"\nC:\\temp"],
    "on the way\nord1 status 10043 st=STOLEN"
);
$timed('status', 'ЗК-77', ['st' => 'РАСПИЛ'], 'принято "как есть"');
$timed('note', 'ЗК-77', [], str_repeat('слово ', 10000));
printf("slowest call: %.3f ms\n", $slowest / 1e6);
