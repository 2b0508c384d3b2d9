/* The least that a page turn can cost a server: one frame, made once, and one send() a viewer.

   Speaks as much of WebSocket as swarm.c needs.  A turn is the text "send SIZE NUMBER" or "sendfile SIZE
   NUMBER"; everyone who is connected gets SIZE bytes.  Says which port it has. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

static int viewers[20001], n_viewers, file = -1;
static char is_open[1 << 17], frame[1 << 20];
static long n_frame;

static void make_frame(long size) {
    int head = 2;
    frame[0] = (char)0x81;
    if (size < 126) {
        frame[1] = size;
    } else if (size < 65536) {
        frame[1] = 126, frame[2] = size >> 8, frame[3] = size, head = 4;
    } else {
        memset(frame + 1, 0, 9);
        frame[1] = 127, head = 10;
        for (int i = 0; i < 4; i++) frame[9 - i] = size >> 8 * i;
    }
    memset(frame + head, 'x', size);
    n_frame = head + size;
    if (file >= 0) close(file);
    file = memfd_create("frame", 0);
    if (write(file, frame, n_frame) != n_frame) perror("write");
}

static void show_all(const char *way, long size) {
    static long now = -1;
    long short_ones = 0;
    if (size != now) make_frame(now = size);
    for (int i = 0; i < n_viewers; i++) {
        off_t from = 0;
        long n = strcmp(way, "sendfile")
                     ? send(viewers[i], frame, n_frame, MSG_DONTWAIT | MSG_NOSIGNAL)
                     : sendfile(viewers[i], file, &from, n_frame);
        short_ones += n != n_frame;
    }
    if (short_ones) fprintf(stderr, "%ld sends were short\n", short_ones);
}

static void leave(int fd) {
    close(fd);
    for (int i = 0; i < n_viewers; i++)
        if (viewers[i] == fd) viewers[i] = viewers[--n_viewers];
}

static void listen_to(int fd) {
    static const char answer[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    static char said[65536];
    char way[32];
    long size, n = recv(fd, said, sizeof said - 1, 0);
    if (n <= 0) {
        leave(fd);
    } else if (!is_open[fd]) {
        send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
        is_open[fd] = 1;
    } else {
        said[n] = 0; /* its mask is zeros */
        if (sscanf(said + 6, "%31s %ld", way, &size) == 2) show_all(way, size);
    }
}

int main(void) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = 0};
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) return perror("bind"), 1;
    int poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[1024];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    socklen_t size = sizeof at;
    getsockname(listener, (void *)&at, &size);
    printf("listening on port %d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        int n = epoll_wait(poller, events, 1024, -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd, came;
            if (fd != listener) {
                listen_to(fd);
                continue;
            }
            while ((came = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                setsockopt(came, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                event.data.fd = came;
                epoll_ctl(poller, EPOLL_CTL_ADD, came, &event);
                is_open[came] = 0;
                viewers[n_viewers++] = came;
            }
        }
    }
}
