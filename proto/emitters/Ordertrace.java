import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
 * It never blocks, never throws; with no agent there the line goes nowhere. From any thread.
 */
public final class Ordertrace {
    private static final DatagramChannel CHANNEL = open();
    private static final InetSocketAddress AGENT = agent();

    /** emit("end", "10042", "price service timeout", "step", "push_to_crm", "res", "fail"): the note may be empty. */
    public static void emit(String verb, String order, String note, String... keysAndValues) {
        try {
            StringBuilder line = new StringBuilder("ord1 ").append(verb).append(' ');
            quote(line, order);
            for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
                line.append(' ').append(keysAndValues[i]).append('=');
                quote(line, keysAndValues[i + 1]);
            }
            if (!note.isEmpty()) line.append(" :").append(note.replace('\n', ' ').replace('\r', ' ')); // one line
            byte[] bytes = line.toString().getBytes(StandardCharsets.UTF_8);
            int size = Math.min(bytes.length, 8192);
            while (size < bytes.length && (bytes[size] & 0xC0) == 0x80) --size; // no half character at the end
            CHANNEL.send(ByteBuffer.wrap(bytes, 0, size), AGENT);
        } catch (Exception ignored) {
            // Whatever it is: tracing must not be the service's trouble.
        }
    }

    private static void quote(StringBuilder line, String value) {
        line.append('"');
        for (int i = 0; i < value.length(); ++i) {
            char c = value.charAt(i);
            if (c == '\\' || c == '"') line.append('\\').append(c);
            else if (c == '\n') line.append("\\n");
            else if (c == '\r') line.append("\\r");
            else line.append(c);
        }
        line.append('"');
    }

    private static DatagramChannel open() {
        try {
            DatagramChannel channel = DatagramChannel.open();
            channel.configureBlocking(false);
            return channel;
        } catch (Exception ignored) {
            return null;
        }
    }

    private static InetSocketAddress agent() {
        try {
            String port = System.getenv().getOrDefault("ORDERTRACE_PORT", "4747");
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), Integer.parseInt(port));
        } catch (Exception ignored) {
            return null;
        }
    }

    // demo

    private static long slowest = 0;

    private static void timed(String verb, String order, String note, String... keysAndValues) {
        long begin = System.nanoTime();
        emit(verb, order, note, keysAndValues);
        slowest = Math.max(slowest, System.nanoTime() - begin);
    }

    public static void main(String[] arguments) {
        timed("start", "ЗК-77", "", "step", "calc_price", "id", "op-7");
        timed("end", "ЗК-77", "", "step", "calc_price", "id", "op-7", "_material", "дуб \"A\" C:\\new");
        timed("span", "10042", "on the way\nord1 status 10043 st=STOLEN", "step", "push to crm", "ms", "250",
              "try", "3", "of", "3", "res", "fail", "err", "said \"no\"\nC:\\temp");
        timed("status", "ЗК-77", "принято \"как есть\"", "st", "РАСПИЛ");
        timed("note", "ЗК-77", "слово ".repeat(10000));
        System.out.println("slowest call: " + slowest / 1000 / 1000.0 + " ms");
    }
}
