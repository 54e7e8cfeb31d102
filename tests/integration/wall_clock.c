/* Preloaded into a program under test: its wall clock stands at $WALL_CLOCK_STANDS_AT, or begins at $WALL_CLOCK_BEGINS_AT
 * when it starts (both in seconds since 1970). Its monotonic clock, its timers and its waits stay real.
 * libfaketime cannot do this: under it a timerfd that is to ring at once never rings, and asio sets such ones. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct timespec first;  /* what the wall clock says first */
static struct timespec begun;  /* the monotonic clock then; 0: the wall clock stands */

static long real(clockid_t clock, struct timespec *out) { return syscall(SYS_clock_gettime, clock, out); }

__attribute__((constructor)) static void begin(void) {
    const char *stands = getenv("WALL_CLOCK_STANDS_AT");
    const char *begins = getenv("WALL_CLOCK_BEGINS_AT");
    if (stands != NULL) {
        first.tv_sec = atoll(stands);
    } else if (begins != NULL) {
        first.tv_sec = atoll(begins);
        real(CLOCK_MONOTONIC, &begun);
    } else {
        abort();
    }
}

int clock_gettime(clockid_t clock, struct timespec *out) {
    if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE) return (int)real(clock, out);
    *out = first;
    if (begun.tv_sec == 0) return 0;
    struct timespec now;
    real(CLOCK_MONOTONIC, &now);
    long long nanos = (now.tv_sec - begun.tv_sec) * 1000000000LL + now.tv_nsec - begun.tv_nsec;
    out->tv_sec += nanos / 1000000000;
    out->tv_nsec = nanos % 1000000000;
    return 0;
}

int gettimeofday(struct timeval *out, void *zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) *out = now.tv_sec;
    return now.tv_sec;
}
