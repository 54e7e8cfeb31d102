#include "unit/export/fake_collector.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

namespace ordertrace {
namespace {

long read_some(int fd, SSL* ssl, char* out, std::size_t size) {
    return ssl != nullptr ? SSL_read(ssl, out, static_cast<int>(size)) : ::recv(fd, out, size, 0);
}

void write_all(int fd, SSL* ssl, const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto rest = bytes.size() - sent;
        const auto size = ssl != nullptr ? SSL_write(ssl, bytes.data() + sent, static_cast<int>(rest))
                                         : ::send(fd, bytes.data() + sent, rest, MSG_NOSIGNAL);
        if (size <= 0) return;
        sent += static_cast<std::size_t>(size);
    }
}

std::size_t length_in(const std::string& head) {
    const std::string key{"Content-Length: "};
    return std::stoul(head.substr(head.find(key) + key.size()));
}

}  // namespace

FakeCollector::FakeCollector(Handler handler, SSL_CTX* context, bool reads_bodies)
    : handler_{std::move(handler)}, context_{context}, reads_bodies_{reads_bodies} {
    std::signal(SIGPIPE, SIG_IGN);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 8) != 0 || ::getsockname(listener_, raw, &size) != 0)
        throw std::runtime_error{"no port for the fake collector"};
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

FakeCollector::~FakeCollector() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        if (current_ >= 0) ::shutdown(current_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listener_);
}

Url FakeCollector::url(const std::string& host) const {
    const std::string scheme = context_ != nullptr ? "https://" : "http://";
    return {.tls = context_ != nullptr,
            .host = host,
            .port = port_,
            .text = scheme + host + ":" + std::to_string(port_) + "/api/traces"};
}

std::vector<FakeCollector::Request> FakeCollector::requests() const {
    const std::lock_guard lock{mutex_};
    return requests_;
}

void FakeCollector::wait_for_requests(std::size_t count) const {
    std::unique_lock lock{mutex_};
    more_.wait(lock, [&] { return requests_.size() >= count; });
}

FakeCollector::Reply FakeCollector::answer(int status, const std::string& text, Reply::After after) {
    return {"HTTP/1.1 " + std::to_string(status) + " X\r\n" +
                (after == Reply::After::keep ? "" : "Connection: close\r\n") +
                "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text,
            after};
}

void FakeCollector::serve() {
    for (unsigned number = 1;; ++number) {
        const int fd = ::accept(listener_, nullptr, nullptr);
        if (fd < 0) return;
        {
            const std::lock_guard lock{mutex_};
            if (stopping_) {
                ::close(fd);
                return;
            }
            current_ = fd;
        }
        talk(fd, number);
        const std::lock_guard lock{mutex_};
        current_ = -1;
        ::close(fd);
    }
}

void FakeCollector::talk(int fd, unsigned number) {
    SSL* ssl = nullptr;
    if (context_ != nullptr) {
        ssl = SSL_new(context_);
        SSL_set_fd(ssl, fd);
    }
    std::string pending;
    Request request;
    request.connection = number;
    auto after = Reply::After::close;
    if (ssl == nullptr || SSL_accept(ssl) == 1) {
        while (receive(fd, ssl, pending, request)) {
            {
                const std::lock_guard lock{mutex_};
                requests_.push_back(request);
                more_.notify_all();
            }
            const auto reply = handler_(request);
            write_all(fd, ssl, reply.bytes);
            after = reply.after;
            if (after != Reply::After::keep) break;
            if (!reads_bodies_) {
                pollfd closed{fd, POLLRDHUP, 0};
                ::poll(&closed, 1, -1);
                break;
            }
        }
    }
    if (after == Reply::After::reset) {
        const linger now{1, 0};
        ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    SSL_free(ssl);
}

bool FakeCollector::receive(int fd, SSL* ssl, std::string& pending, Request& request) const {
    std::array<char, 16384> buffer{};
    const auto more = [&] {
        const auto size = read_some(fd, ssl, buffer.data(), buffer.size());
        if (size > 0) pending.append(buffer.data(), static_cast<std::size_t>(size));
        return size > 0;
    };
    while (pending.find("\r\n\r\n") == std::string::npos)
        if (!more()) return false;
    const auto end = pending.find("\r\n\r\n") + 4;
    request.head = pending.substr(0, end);
    request.body.clear();
    if (!reads_bodies_) return true;
    const auto length = length_in(request.head);
    while (pending.size() < end + length)
        if (!more()) return false;
    request.body = pending.substr(end, length);
    pending.erase(0, end + length);
    return true;
}

}  // namespace ordertrace
