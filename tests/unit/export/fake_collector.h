// A collector in a thread on a port the kernel chose, that answers as the test says: for tests only.
// One connection at a time, as one destination makes.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

#include "settings/agent_settings.h"

namespace ordertrace {

class FakeCollector {
public:
    struct Request {
        std::string head;
        std::string body;
        unsigned connection = 0;  // from 1
    };
    struct Reply {
        std::string bytes = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";  // empty: no answer
        enum class After { keep, close, reset } after = After::keep;
    };
    using Handler = std::function<Reply(const Request&)>;

    // `context`: speaks TLS; owned by the caller. `reads_bodies`: else it answers when it has seen the header.
    explicit FakeCollector(Handler handler, SSL_CTX* context = nullptr, bool reads_bodies = true);
    ~FakeCollector();

    Url url(const std::string& host = "127.0.0.1") const;
    std::vector<Request> requests() const;
    void wait_for_requests(std::size_t count) const;

    static Reply answer(int status, const std::string& text = {}, Reply::After after = Reply::After::keep);

private:
    void serve();
    void talk(int fd, unsigned number);
    bool receive(int fd, SSL* ssl, std::string& pending, Request& request) const;

    Handler handler_;
    SSL_CTX* context_;
    bool reads_bodies_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    mutable std::condition_variable more_;
    std::vector<Request> requests_;
    int current_ = -1;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace ordertrace
