// SPDX-License-Identifier: GPL-2.0-or-later
// Files for the C library: what the engine saves goes through fopen to the host. Folders do not exist; a name is what stands
// behind the last slash.
//
// On other machines the C library has files of its own.

#include "host.h"

#if PVM_GUEST

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pvm_console.h>

enum { FIRST = 3, MOST = 16 };

static struct open_file {
    bool is_open;
    uint64_t file;
    uint64_t offset;
} files[MOST];

static int refuse(int reason) {
    errno = reason;
    return -1;
}

static struct open_file *at(int number) {
    const int index = number - FIRST;
    return index >= 0 && index < MOST && files[index].is_open ? &files[index] : NULL;
}

int open(const char *path, int flags, ...) {
    const char *name = name_of(path);
    const bool writes = (flags & O_ACCMODE) != O_RDONLY;
    // The host's files are written from the beginning or read, and the engine wants nothing else.
    if (writes && !(flags & O_TRUNC))
        return refuse(ENOTSUP);
    for (int index = 0; index < MOST; index++) {
        if (files[index].is_open)
            continue;
        const int64_t file = doom_file_open(name, strlen(name), writes ? DOOM_FILE_WRITE : DOOM_FILE_READ);
        if (file < 0)
            return refuse(writes ? EACCES : ENOENT);
        files[index] = (struct open_file){true, (uint64_t)file, 0};
        return FIRST + index;
    }
    return refuse(EMFILE);
}

int close(int number) {
    struct open_file *file = at(number);
    if (!file)
        return refuse(EBADF);
    file->is_open = false;
    return doom_file_close(file->file) < 0 ? refuse(EIO) : 0;
}

ssize_t read(int number, void *bytes, size_t count) {
    struct open_file *file = at(number);
    // There is no input but the keyboard's events.
    if (!file)
        return number == STDIN_FILENO ? 0 : refuse(EBADF);
    const int64_t done = doom_file_read(file->file, file->offset, bytes, count);
    if (done < 0 || (uint64_t)done > count)
        return refuse(EIO);
    file->offset += (uint64_t)done;
    return (ssize_t)done;
}

ssize_t write(int number, const void *bytes, size_t count) {
    struct open_file *file = at(number);
    if (!file) {
        if (number != STDOUT_FILENO && number != STDERR_FILENO)
            return refuse(EBADF);
        pvm_console_write(bytes, count, (uint32_t)number);
        return (ssize_t)count;
    }
    const int64_t done = doom_file_write(file->file, file->offset, bytes, count);
    if (done < 0 || (uint64_t)done > count)
        return refuse(EIO);
    file->offset += (uint64_t)done;
    return (ssize_t)done;
}

off_t lseek(int number, off_t offset, int from) {
    struct open_file *file = at(number);
    if (!file)
        return refuse(number >= STDIN_FILENO && number <= STDERR_FILENO ? ESPIPE : EBADF);
    int64_t base = 0;
    if (from == SEEK_CUR)
        base = (int64_t)file->offset;
    else if (from == SEEK_END && (base = doom_file_size(file->file)) < 0)
        return refuse(EIO);
    if (base + offset < 0)
        return refuse(EINVAL);
    file->offset = (uint64_t)(base + offset);
    return base + offset;
}

int unlink(const char *path) {
    const char *name = name_of(path);
    return doom_file_remove(name, strlen(name)) < 0 ? refuse(ENOENT) : 0;
}

int rename(const char *from, const char *to) {
    const char *old = name_of(from), *new = name_of(to);
    return doom_file_rename(old, strlen(old), new, strlen(new)) < 0 ? refuse(ENOENT) : 0;
}

int mkdir(const char *path, mode_t mode) { return (void)path, (void)mode, 0; }

#endif
