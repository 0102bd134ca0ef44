/* Records what a program does to the files of one folder: every write, cut, sync and unlink,
 * in order, with its bytes. Preloaded; the program itself stays as it is. It also records each line
 * the program writes to the file ACK there: what it told the citizen, at the moment it did so.
 *
 * CRASH_FOLDER: the folder. CRASH_LOG: where the record goes.
 * An entry is: a letter, then three little-endian 64-bit numbers (file, place, length), then bytes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t file_of[FDS]; /* 0: not ours; else the number of the file, 1 is the folder */
static char name_of[FDS][64];
static int64_t last = 1;
static int record = -1;
static char folder[PATH_MAX];
static size_t folder_length;

/* The newest number a name had while it was there; a file opened twice is one file. */
static struct { char name[64]; int64_t file; } known[256];
static int known_count;

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("CRASH_FOLDER"), *log = getenv("CRASH_LOG");
    if (!where || !log) return;
    folder_length = strlen(where);
    memcpy(folder, where, folder_length + 1);
    record = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(const void *bytes, size_t length) {
    const char *from = bytes;
    while (length) {
        ssize_t done = syscall(SYS_write, record, from, length);
        if (done <= 0) abort();
        from += done;
        length -= done;
    }
}

static void note(char what, int64_t file, int64_t place, int64_t length, const void *bytes) {
    int64_t head[3] = {file, place, length};
    put(&what, 1);
    put(head, sizeof head);
    if (bytes) put(bytes, length);
}

static const char *ours(const char *path) {
    if (record < 0 || strncmp(path, folder, folder_length) != 0) return NULL;
    if (path[folder_length] == 0) return "";
    return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static int64_t number(const char *name, int fresh) {
    for (int i = 0; i < known_count; i++)
        if (strcmp(known[i].name, name) == 0) {
            if (fresh) known[i].file = ++last;
            return known[i].file;
        }
    if (known_count == 256 || strlen(name) > 63) abort();
    strcpy(known[known_count].name, name);
    known[known_count].file = ++last;
    return known[known_count++].file;
}

static void opened(int fd, const char *path, int flags, int existed) {
    if (fd < 0 || fd >= FDS) return;
    file_of[fd] = 0;
    const char *name = ours(path);
    if (!name) return;
    pthread_mutex_lock(&lock);
    if (!*name) {
        file_of[fd] = 1;
    } else {
        file_of[fd] = number(name, !existed);
        strcpy(name_of[fd], name);
        if (!existed) note('C', file_of[fd], 0, strlen(name), name);
        else if (flags & O_TRUNC) note('T', file_of[fd], 0, 0, NULL);
    }
    pthread_mutex_unlock(&lock);
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        REAL(name);                                                                                \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                    \
        va_end(rest);                                                                              \
        int existed = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;                           \
        int fd = real(path, flags, mode);                                                          \
        opened(fd, path, flags, existed);                                                          \
        return fd;                                                                                 \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    int name(int at, const char *path, int flags, ...) {                                           \
        REAL(name);                                                                                \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;                    \
        va_end(rest);                                                                              \
        int existed = syscall(SYS_faccessat, at, path, F_OK) == 0;                                 \
        int fd = real(at, path, flags, mode);                                                      \
        opened(fd, path, flags, existed);                                                          \
        return fd;                                                                                 \
    }
OPENAT(openat)
OPENAT(openat64)

int close(int fd) {
    REAL(close);
    if (fd >= 0 && fd < FDS) file_of[fd] = 0;
    return real(fd);
}

static void wrote(int fd, int64_t place, const void *bytes, ssize_t length) {
    if (length <= 0 || fd < 0 || fd >= FDS || !file_of[fd]) return;
    pthread_mutex_lock(&lock);
    if (strcmp(name_of[fd], "ACK") == 0) note('A', 0, 0, length, bytes);
    else note('W', file_of[fd], place, length, bytes);
    pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    int64_t place = fd >= 0 && fd < FDS && file_of[fd] ? lseek(fd, 0, SEEK_CUR) : 0;
    ssize_t done = real(fd, bytes, length);
    wrote(fd, place, bytes, done);
    return done;
}

#define PWRITE(name, place_type)                                                                   \
    ssize_t name(int fd, const void *bytes, size_t length, place_type place) {                     \
        REAL(name);                                                                                \
        ssize_t done = real(fd, bytes, length, place);                                             \
        wrote(fd, place, bytes, done);                                                             \
        return done;                                                                               \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define CUT(name, place_type)                                                                      \
    int name(int fd, place_type size) {                                                            \
        REAL(name);                                                                                \
        int done = real(fd, size);                                                                 \
        if (done == 0 && fd < FDS && file_of[fd]) {                                                \
            pthread_mutex_lock(&lock);                                                             \
            note('T', file_of[fd], size, 0, NULL);                                                 \
            pthread_mutex_unlock(&lock);                                                           \
        }                                                                                          \
        return done;                                                                               \
    }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

#define SYNC(name)                                                                                 \
    int name(int fd) {                                                                             \
        REAL(name);                                                                                \
        int done = real(fd);                                                                       \
        if (done == 0 && fd >= 0 && fd < FDS && file_of[fd]) {                                     \
            pthread_mutex_lock(&lock);                                                             \
            note('F', file_of[fd], 0, 0, NULL);                                                    \
            pthread_mutex_unlock(&lock);                                                           \
        }                                                                                          \
        return done;                                                                               \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    REAL(unlink);
    int done = real(path);
    const char *name = ours(path);
    if (done == 0 && name) {
        pthread_mutex_lock(&lock);
        note('U', number(name, 0), 0, strlen(name), name);
        pthread_mutex_unlock(&lock);
    }
    return done;
}
