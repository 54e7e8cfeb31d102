// How long a program takes from exec until its UDP port is bound.
// usage: bind_time PORT PROGRAM [ARGUMENT...]; prints milliseconds, then ends the program with SIGTERM.
// A datagram to an unbound loopback port comes back as ECONNREFUSED at once, so nothing but the kernel is asked.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

int main(int argc, char** argv) {
    if (argc < 3) return fputs("usage: bind_time PORT PROGRAM [ARGUMENT...]\n", stderr), 64;
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (struct sockaddr*)&address, sizeof address) != 0) return perror("connect"), 1;
    const double begin = now_ms();
    const pid_t child = fork();
    if (child == 0) {
        execv(argv[2], argv + 2);
        _exit(127);
    }
    double bound = -1;
    while (bound < 0 && now_ms() - begin < 5000) {
        char byte;
        if (send(fd, "\n", 1, 0) == 1 && recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN)
            bound = now_ms() - begin;
    }
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    if (bound < 0) return fputs("bind_time: the port was not bound within 5 s\n", stderr), 69;
    printf("%.2f\n", bound);
    return 0;
}
