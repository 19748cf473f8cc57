// The system calls that the C library makes. There are no files, no clock and no other processes; a guest sees what it brings
// along and what its host's functions tell it.

#include "console.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

static int refuse(int reason) {
    errno = reason;
    return -1;
}

ssize_t read(int file, void *bytes, size_t count) {
    return file == STDIN_FILENO ? (ssize_t)pvm_console_get(bytes, count) : refuse(EBADF);
}

ssize_t write(int file, const void *bytes, size_t count) {
    if (file != STDOUT_FILENO && file != STDERR_FILENO)
        return refuse(EBADF);
    pvm_console_put(bytes, count, file == STDOUT_FILENO ? PVM_STDOUT : PVM_STDERR);
    return (ssize_t)count;
}

int open(const char *path, int flags, ...) { return (void)path, (void)flags, refuse(ENOENT); }
int close(int file) { return (void)file, refuse(EBADF); }
off_t lseek(int file, off_t offset, int from) { return (void)offset, (void)from, refuse(file <= 2 ? ESPIPE : EBADF); }
int unlink(const char *path) { return (void)path, refuse(ENOENT); }
int rename(const char *from, const char *to) { return (void)from, (void)to, refuse(ENOENT); }
int mkdir(const char *path, mode_t mode) { return (void)path, (void)mode, refuse(EROFS); }
int stat(const char *restrict path, struct stat *restrict status) { return (void)path, (void)status, refuse(ENOENT); }

int fstat(int file, struct stat *status) {
    if (file < STDIN_FILENO || file > STDERR_FILENO)
        return refuse(EBADF);
    *status = (struct stat){.st_mode = S_IFCHR, .st_blksize = 1};
    return 0;
}

int isatty(int file) {
    if (file >= STDIN_FILENO && file <= STDERR_FILENO)
        return 1;
    errno = EBADF;
    return 0;
}

pid_t getpid(void) { return 1; }
int kill(pid_t process, int signal) { return (void)process, (void)signal, refuse(ESRCH); }

// Nothing sends signals, so any set of them can be held back.
int sigprocmask(int how, const sigset_t *set, sigset_t *before) {
    (void)how, (void)set;
    if (before)
        *before = 0;
    return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) { return (void)time, (void)zone, refuse(ENOSYS); }
clock_t times(struct tms *times) { return (void)times, (clock_t)refuse(ENOSYS); }
