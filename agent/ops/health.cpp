#include "ops/health.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <optional>

#include "ops/printable.h"

namespace ordertrace {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

struct Place {
    std::string host;  // without brackets
    std::string port = "80";
    std::string authority;  // as written, for the Host header
    std::string path = "/healthz";
};

bool is_port(std::string_view text) {
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

std::optional<Place> read_url(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) return std::nullopt;
    url.remove_prefix(scheme.size());
    Place place;
    const auto slash = std::min(url.find('/'), url.size());
    if (url.size() - slash > 1) place.path = url.substr(slash);
    const auto authority = url.substr(0, slash);
    place.authority = authority;
    const bool bracketed = authority.starts_with('[');
    const auto host_end = bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
    if (host_end == std::string_view::npos) return std::nullopt;
    place.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
    auto rest = authority.substr(bracketed ? host_end + 1 : host_end);
    if (!rest.empty()) {
        if (rest[0] != ':' || !is_port(rest.substr(1))) return std::nullopt;
        place.port = rest.substr(1);
    }
    const bool inert = printable(place.authority + place.path) == place.authority + place.path;
    const bool one_word = (place.authority + place.path).find_first_of(" @") == std::string::npos;
    if (place.host.empty() || !inert || !one_word) return std::nullopt;
    return place;
}

struct Answer {
    error_code error;
    unsigned status = 0;
    std::string first_line;
};

class Question {
public:
    Question(asio::io_context& context, Place place, std::chrono::milliseconds patience)
        : resolver_{context}, stream_{context}, place_{std::move(place)}, patience_{patience} {}

    asio::awaitable<void> ask() {
        const auto endpoints = resolver_.resolve(place_.host, place_.port, answer.error);
        if (answer.error) co_return;
        stream_.expires_after(patience_);
        co_await stream_.async_connect(endpoints, asio::redirect_error(asio::use_awaitable, answer.error));
        if (answer.error) co_return;
        http::request<http::empty_body> request{http::verb::get, place_.path, 11};
        request.set(http::field::host, place_.authority);
        request.keep_alive(false);
        co_await http::async_write(stream_, request, asio::redirect_error(asio::use_awaitable, answer.error));
        if (answer.error) co_return;
        beast::flat_buffer buffer{16'384};
        http::response_parser<http::string_body> parser;
        parser.body_limit(max_body);
        co_await http::async_read(stream_, buffer, parser, asio::redirect_error(asio::use_awaitable, answer.error));
        if (answer.error) co_return;
        answer.status = parser.get().result_int();
        const auto& body = parser.get().body();
        answer.first_line = printable(body.substr(0, body.find('\n')));
    }

    Answer answer;

private:
    // /metrics or /status may be asked too: their whole answer is read, one line of it shown.
    static constexpr std::uint64_t max_body = 16U << 20U;
    tcp::resolver resolver_;
    beast::tcp_stream stream_;
    Place place_;
    std::chrono::milliseconds patience_;
};

}  // namespace

HealthReport check_health(std::string_view url, std::chrono::milliseconds patience) {
    const auto place = read_url(url);
    if (!place)
        return {64, "health: --admin " + printable(url) + " is no URL of an admin port; write http://HOST:PORT"};
    asio::io_context context{1};
    Question question{context, *place, patience};
    asio::co_spawn(context, question.ask(), asio::detached);
    context.run();

    const auto& answer = question.answer;
    const auto where = "http://" + place->authority + place->path;
    if (answer.error == beast::error::timeout)
        return {1, "unhealthy: " + where + " gave no answer within " + std::to_string(patience.count()) + " ms"};
    if (answer.error)
        return {1, "unhealthy: " + where + ": " + answer.error.message() + "; is the agent running there?"};
    const auto status = std::to_string(answer.status);
    if (answer.status != 200) return {1, "unhealthy: " + where + " answered " + status + ": " + answer.first_line};
    return {0, "healthy: " + where + " answered " + status};
}

}  // namespace ordertrace
