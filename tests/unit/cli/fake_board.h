// Stands where a board listens: answers each connection's first request as the test says, in a thread of its own.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

namespace ordertrace {

class FakeBoard {
public:
    struct Reply {
        std::string bytes;
        enum class After { close, hold, reset } after = After::close;
    };
    using Handler = std::function<Reply(const std::string& head)>;
    struct Tls {
        std::string certificate, key;
    };

    explicit FakeBoard(Handler handler, const std::optional<Tls>& tls = std::nullopt);
    ~FakeBoard();

    std::string url() const { return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_); }
    std::vector<std::string> heads() const;

    static Reply answer(int status, const std::string& body, const std::string& headers = {});

private:
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
    template <class Stream>
    boost::asio::awaitable<void> talk(Stream& stream, boost::asio::ip::tcp::socket& socket);

    Handler handler_;
    boost::asio::io_context context_{1};
    std::optional<boost::asio::ssl::context> tls_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    std::vector<boost::asio::ip::tcp::socket> held_;
    std::thread thread_;
};

// A port of this host on which nobody listens.
std::string closed_port();

}  // namespace ordertrace
