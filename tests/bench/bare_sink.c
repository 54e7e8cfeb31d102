// The yardstick of the benchmark: a UDP receiver that is woken, reads what is there and drops it.
// usage: bare_sink PORT [RECEIVE_BUFFER]; ends on SIGTERM and prints the number of datagrams read.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { burst = 64, datagram_bytes = 65536 };

static volatile sig_atomic_t stopped;
static void stop(int signal_number) { (void)signal_number, stopped = 1; }

static int fail(const char* what) { return perror(what), 1; }

int main(int argc, char** argv) {
    if (argc < 2) return fputs("usage: bare_sink PORT [RECEIVE_BUFFER]\n", stderr), 64;
    struct sigaction on_stop = {.sa_handler = stop};
    sigaction(SIGTERM, &on_stop, NULL);
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return fail("socket");
    if (argc > 2) {
        const int half = atoi(argv[2]) / 2;  // the kernel doubles what is asked
        if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &half, sizeof half) != 0)
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &half, sizeof half);
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (struct sockaddr*)&address, sizeof address) != 0) return fail("bind");

    static char bytes[burst][datagram_bytes];
    static struct iovec pieces[burst];
    static struct mmsghdr messages[burst];
    for (int i = 0; i < burst; ++i) {
        pieces[i] = (struct iovec){.iov_base = bytes[i], .iov_len = datagram_bytes};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
    }
    unsigned long long received = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (!stopped) {
        if (poll(&wait, 1, -1) < 0) continue;
        const int got = recvmmsg(fd, messages, burst, MSG_DONTWAIT, NULL);
        if (got > 0) received += (unsigned long long)got;
    }
    printf("%llu\n", received);
    return 0;
}
