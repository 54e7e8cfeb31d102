/* Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
 * It never blocks, never fails; with no agent there the line goes nowhere. C99 and POSIX. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>

struct ordertrace_line {
    char text[8193]; /* a byte more than is sent: it tells whether something is cut off */
    size_t size;
};

static void ordertrace_put(struct ordertrace_line* line, char c) {
    if (line->size < sizeof line->text) line->text[line->size++] = c;
}

static void ordertrace_put_text(struct ordertrace_line* line, const char* text) {
    for (; *text; ++text) ordertrace_put(line, *text == '\n' || *text == '\r' ? ' ' : *text); /* one event, one line */
}

static void ordertrace_put_quoted(struct ordertrace_line* line, const char* value) {
    ordertrace_put(line, '"');
    for (; *value; ++value) {
        if (*value == '\n' || *value == '\r' || *value == '"' || *value == '\\') ordertrace_put(line, '\\');
        ordertrace_put(line, *value == '\n' ? 'n' : *value == '\r' ? 'r' : *value);
    }
    ordertrace_put(line, '"');
}

/* ordertrace("end", "10042", "price service timeout", "step", "push_to_crm", "res", "fail", NULL);
 * the note may be empty; then keys and values, and NULL. Call it once before there are threads. */
static void ordertrace(const char* verb, const char* order, const char* note, ...) {
    static int agent_socket = -1;
    static struct sockaddr_in agent;
    struct ordertrace_line line = {{0}, 0};
    const char* key;
    va_list keys;
    if (agent_socket < 0) {
        const char* port = getenv("ORDERTRACE_PORT");
        agent_socket = socket(AF_INET, SOCK_DGRAM, 0);
        agent.sin_family = AF_INET;
        agent.sin_port = htons((unsigned short)(port ? atoi(port) : 4747));
        agent.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    ordertrace_put_text(&line, "ord1 ");
    ordertrace_put_text(&line, verb);
    ordertrace_put(&line, ' ');
    ordertrace_put_quoted(&line, order);
    va_start(keys, note);
    while ((key = va_arg(keys, const char*)) != NULL) {
        ordertrace_put(&line, ' ');
        ordertrace_put_text(&line, key);
        ordertrace_put(&line, '=');
        ordertrace_put_quoted(&line, va_arg(keys, const char*));
    }
    va_end(keys);
    if (*note) ordertrace_put_text(&line, " :");
    ordertrace_put_text(&line, note);
    if (line.size == sizeof line.text) {
        do --line.size;
        while ((line.text[line.size] & 0xC0) == 0x80); /* no half character at the end */
    }
    (void)sendto(agent_socket, line.text, line.size, MSG_DONTWAIT, (struct sockaddr*)&agent, sizeof agent);
}

/* demo */

#include <stdio.h>
#include <time.h>

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

#define TIMED(...)                                                  \
    do {                                                            \
        const double begin = now_ms();                              \
        ordertrace(__VA_ARGS__, NULL);                              \
        if (now_ms() - begin > slowest) slowest = now_ms() - begin; \
    } while (0)

int main(void) {
    static char words[10000 * sizeof "слово" + 1];
    double slowest = 0;
    size_t i;
    for (i = 0; i < 10000; ++i) sprintf(words + i * (sizeof "слово"), "слово ");
    TIMED("start", "ЗК-77", "", "step", "calc_price", "id", "op-7");
    TIMED("end", "ЗК-77", "", "step", "calc_price", "id", "op-7", "_material", "дуб \"A\" C:\\new");
    TIMED("span", "10042", "on the way\nord1 status 10043 st=STOLEN", "step", "push to crm", "ms", "250", "try", "3",
          "of", "3", "res", "fail", "err", "said \"no\"\nC:\\temp");
    TIMED("status", "ЗК-77", "принято \"как есть\"", "st", "РАСПИЛ");
    TIMED("note", "ЗК-77", words);
    printf("slowest call: %.3f ms\n", slowest);
    return 0;
}
