// A collector that costs next to nothing: reads HTTP/1.1 requests, throws their bodies away, answers 202 and keeps the
// connection. usage: span_sink PORT; ends on SIGTERM and prints requests and body bytes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { max_clients = 64, head_bytes = 8192 };

struct client {
    char head[head_bytes];
    size_t head_size;
    size_t body_left;
};

static volatile sig_atomic_t stopped;
static void stop(int signal_number) { (void)signal_number, stopped = 1; }

static struct pollfd sockets[max_clients + 1];
static struct client clients[max_clients + 1];
static nfds_t used = 1;
static unsigned long long requests, body_bytes;

static void answer(int fd) {
    static const char text[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    if (send(fd, text, sizeof text - 1, MSG_NOSIGNAL) < 0) shutdown(fd, SHUT_RDWR);
    ++requests;
}

// Takes what the head buffer holds: zero or more whole heads, each with the part of its body that came along.
static void take_heads(int fd, struct client* from) {
    while (1) {
        from->head[from->head_size] = '\0';
        char* end = strstr(from->head, "\r\n\r\n");
        if (!end) return;
        *end = '\0';
        const char* length = strcasestr(from->head, "content-length:");
        size_t body = length ? strtoull(length + 15, NULL, 10) : 0;
        if (strcasestr(from->head, "100-continue")) send(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
        const size_t taken = (size_t)(end + 4 - from->head);
        size_t here = from->head_size - taken;
        if (here > body) here = body;
        body_bytes += body;
        from->head_size -= taken + here;
        memmove(from->head, from->head + taken + here, from->head_size);
        from->body_left = body - here;
        if (from->body_left > 0) return;
        answer(fd);
    }
}

// False once the connection has ended.
static int read_some(int fd, struct client* from) {
    if (from->body_left > 0) {
        // MSG_TRUNC throws TCP bytes away without copying them.
        const size_t want = from->body_left < 1 << 20 ? from->body_left : 1 << 20;
        const ssize_t got = recv(fd, NULL, want, MSG_TRUNC | MSG_DONTWAIT);
        if (got <= 0) return got < 0 && errno == EAGAIN;
        from->body_left -= (size_t)got;
        if (from->body_left == 0) answer(fd);
        return 1;
    }
    const ssize_t got = recv(fd, from->head + from->head_size, head_bytes - 1 - from->head_size, MSG_DONTWAIT);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    from->head_size += (size_t)got;
    take_heads(fd, from);
    return from->head_size < head_bytes - 1;
}

static void take_client(void) {
    const int fd = accept(sockets[0].fd, NULL, NULL);
    if (fd < 0) return;
    if (used > max_clients) {
        close(fd);
        return;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients[used] = (struct client){.head_size = 0};
    sockets[used++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

int main(int argc, char** argv) {
    if (argc < 2) return fputs("usage: span_sink PORT\n", stderr), 64;
    struct sigaction on_stop = {.sa_handler = stop};
    sigaction(SIGTERM, &on_stop, NULL);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr*)&address, sizeof address) != 0 || listen(listener, 64) != 0)
        return perror("span_sink"), 1;
    sockets[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    while (!stopped) {
        if (poll(sockets, used, -1) < 0) continue;
        for (nfds_t i = used - 1; i > 0; --i) {
            if (!sockets[i].revents || read_some(sockets[i].fd, &clients[i])) continue;
            close(sockets[i].fd);
            sockets[i] = sockets[--used];
            clients[i] = clients[used];
        }
        if (sockets[0].revents) take_client();
    }
    printf("%llu %llu\n", requests, body_bytes);
    return 0;
}
