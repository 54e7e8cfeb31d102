// Sends UDP datagrams at an exact rate by absolute times: a late wake-up is made up for, never lost.
// usage: paced_sender PORT EVENTS_PER_SECOND SECONDS [LINES_PER_DATAGRAM [line|thrift]]; rate 0: as fast as it can.
// `line`: ord1 span lines. `thrift`: the same span as a jaeger-agent takes it, emitBatch in compact Thrift.
// Prints: datagrams, events, seconds really taken.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { burst = 32, max_datagram = 16384 };

static char* put_text(char* to, const char* text) {
    const size_t size = strlen(text);
    *to++ = (char)size;  // a varint of one byte: all texts here are shorter than 128
    memcpy(to, text, size);
    return to + size;
}

static char* put_varint(char* to, uint64_t value) {
    for (; value > 0x7f; value >>= 7) *to++ = (char)(value | 0x80);
    *to++ = (char)value;
    return to;
}

static char* put_number(char* to, int64_t value) {
    return put_varint(to, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));  // zigzag
}

// Field headers of compact Thrift: (distance to the field before) << 4 | type.
static char* put_text_tag(char* to, const char* key, const char* value) {
    *to++ = 0x18, to = put_text(to, key);
    *to++ = 0x15, to = put_number(to, 0);
    *to++ = 0x18, to = put_text(to, value);
    *to++ = 0;
    return to;
}

static char* put_long_tag(char* to, const char* key, int64_t value) {
    *to++ = 0x18, to = put_text(to, key);
    *to++ = 0x15, to = put_number(to, 3);
    *to++ = 0x46, to = put_number(to, value);
    *to++ = 0;
    return to;
}

static size_t make_thrift(char* to, uint64_t number, int64_t now_us) {
    char* const begin = to;
    char text[32];
    *to++ = (char)0x82, *to++ = (char)0x81, *to++ = 0, to = put_text(to, "emitBatch");  // compact, version 1, oneway
    *to++ = 0x1c, *to++ = 0x1c, *to++ = 0x18, to = put_text(to, "mes");
    *to++ = 0x19, *to++ = 0x2c, to = put_text_tag(to, "host.id", "ordertrace"),
    to = put_text_tag(to, "host.name", "bench");
    *to++ = 0;
    *to++ = 0x19, *to++ = 0x1c;
    *to++ = 0x16, to = put_number(to, (int64_t)(number * 0x9e3779b97f4a7c15ULL));
    *to++ = 0x16, to = put_number(to, (int64_t)(number * 0xc2b2ae3d27d4eb4fULL));
    *to++ = 0x16, to = put_number(to, (int64_t)(number * 0xd6e8feb86659fd93ULL) | 1);
    *to++ = 0x16, to = put_number(to, 0);
    *to++ = 0x18, to = put_text(to, "cut_panel");
    *to++ = 0x25, to = put_number(to, 1);
    *to++ = 0x16, to = put_number(to, now_us - 12500);
    *to++ = 0x16, to = put_number(to, 12500);
    *to++ = 0x19, *to++ = (char)0x8c;
    to = put_text_tag(to, "order.record", "step");
    snprintf(text, sizeof text, "A%07llu", (unsigned long long)(number % 100000));
    to = put_text_tag(to, "order.id", text);
    to = put_text_tag(to, "order.namespace", "shop");
    to = put_text_tag(to, "span.kind", "server");
    to = put_text_tag(to, "order.result", "ok");
    to = put_long_tag(to, "attempt", 1);
    to = put_long_tag(to, "attempt.max", 3);
    snprintf(text, sizeof text, "op-%llu", (unsigned long long)number);
    to = put_text_tag(to, "step.id", text);
    *to++ = 0, *to++ = 0, *to++ = 0;  // ends of span, batch, arguments
    return (size_t)(to - begin);
}

static size_t make_lines(char* to, uint64_t number, int lines) {
    size_t size = 0;
    for (int i = 0; i < lines; ++i, ++number)
        size += (size_t)sprintf(to + size, "%sord1 span A%07llu step=cut_panel dur=12.5ms id=op-%llu try=1 of=3 res=ok",
                                i ? "\n" : "", (unsigned long long)(number % 100000), (unsigned long long)number);
    return size;
}

static int64_t now_ns(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void sleep_until(int64_t ns) {
    const struct timespec time = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

int main(int argc, char** argv) {
    if (argc < 4) return fputs("usage: paced_sender PORT RATE SECONDS [LINES [line|thrift]]\n", stderr), 64;
    const double rate = atof(argv[2]), seconds = atof(argv[3]);
    const int lines = argc > 4 ? atoi(argv[4]) : 1;
    const int thrift = argc > 5 && strcmp(argv[5], "thrift") == 0;
    if (lines < 1 || lines > 100) return fputs("paced_sender: 1 to 100 lines a datagram\n", stderr), 64;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr*)&address, sizeof address) != 0) return perror("connect"), 1;
    prctl(PR_SET_TIMERSLACK, 1);

    static char bytes[burst][max_datagram];
    static struct iovec pieces[burst];
    static struct mmsghdr messages[burst];
    const int64_t begin = now_ns(CLOCK_MONOTONIC);
    const int64_t end = begin + (int64_t)(seconds * 1e9);
    const double gap_ns = rate > 0 ? 1e9 * lines / rate : 0;
    const uint64_t total = rate > 0 ? (uint64_t)(seconds * rate / lines + 0.5) : UINT64_MAX;
    const uint64_t first_number = (uint64_t)now_ns(CLOCK_REALTIME) / 1000;  // ids differ from run to run
    uint64_t sent = 0;
    while (sent < total) {
        const int64_t now = now_ns(CLOCK_MONOTONIC);
        if (rate <= 0 && now >= end) break;
        uint64_t due = rate > 0 ? (uint64_t)((double)(now - begin) / gap_ns) + 1 : sent + burst;
        if (due > total) due = total;
        if (due <= sent) {
            sleep_until(begin + (int64_t)((double)sent * gap_ns));
            continue;
        }
        const int count = due - sent < burst ? (int)(due - sent) : burst;
        for (int i = 0; i < count; ++i) {
            const uint64_t number = first_number + (sent + (uint64_t)i) * (uint64_t)lines;
            pieces[i].iov_base = bytes[i];
            pieces[i].iov_len = thrift ? make_thrift(bytes[i], number, now_ns(CLOCK_REALTIME) / 1000)
                                       : make_lines(bytes[i], number, lines);
            messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
        }
        const int taken = sendmmsg(fd, messages, (unsigned)count, 0);
        if (taken > 0) sent += (uint64_t)taken;
    }
    printf("%llu %llu %.3f\n", (unsigned long long)sent, (unsigned long long)sent * (unsigned long long)lines,
           (double)(now_ns(CLOCK_MONOTONIC) - begin) / 1e9);
    return 0;
}
