#include "unit/board/board_support.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <sys/socket.h>
#include <sys/time.h>
#include <zlib.h>

#include <boost/asio/write.hpp>

namespace ordertrace::test {

std::string text_tag_bytes(std::string_view key, std::string_view value) {
    ThriftBytes tag;
    tag.field(ThriftBytes::string, 1).text(key).field(ThriftBytes::i32, 2).small(0);
    return tag.field(ThriftBytes::string, 3).text(value).end().bytes();
}

std::string span_bytes(std::uint64_t id, std::string_view name, const std::vector<std::string>& tags, int without) {
    ThriftBytes span;
    const auto integer = [&](int field, std::int64_t value) {
        if (field != without) span.field(ThriftBytes::i64, field).integer(value);
    };
    integer(1, 0x22);
    integer(2, 0x11);
    integer(3, static_cast<std::int64_t>(id));
    integer(4, 0);
    if (without != 5) span.field(ThriftBytes::string, 5).text(name);
    if (without != 7) span.field(ThriftBytes::i32, 7).small(1);
    integer(8, 1'795'305'600'120'000);
    integer(9, 723'000);
    span.field(ThriftBytes::list, 10).list_of(ThriftBytes::structure, static_cast<std::uint32_t>(tags.size()));
    for (const auto& tag : tags) span.raw(tag);
    return span.end().bytes();
}

std::string batch_bytes(std::string_view service, const std::vector<std::string>& spans) {
    ThriftBytes batch;
    batch.field(ThriftBytes::structure, 1).field(ThriftBytes::string, 1).text(service).end();
    batch.field(ThriftBytes::list, 2).list_of(ThriftBytes::structure, static_cast<std::uint32_t>(spans.size()));
    for (const auto& span : spans) batch.raw(span);
    return batch.end().bytes();
}

std::string good_body() {
    const std::vector<std::string> tags{text_tag_bytes("order.id", "10042"), text_tag_bytes("order.namespace", "shop"),
                                        text_tag_bytes("order.record", "step"), text_tag_bytes("order.result", "ok")};
    return batch_bytes("mes", {span_bytes(1, "calc_price", tags)});
}

std::string gzip(std::string_view bytes) {
    z_stream stream{};
    if (::deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error{"deflateInit2"};
    std::string out(::deflateBound(&stream, bytes.size()) + 32, '\0');
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

RunningServer::RunningServer(HttpLimits limits, HttpServer::Handler handler)
    : server_{context_, limits, std::move(handler)} {
    const auto port = server_.listen({boost::asio::ip::address_v4::loopback(), 0});
    if (!port) throw std::runtime_error{port.error().message};
    port_ = *port;
    thread_ = std::thread{[this] { context_.run(); }};
}

RunningServer::~RunningServer() { stop(); }

void RunningServer::stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(context_, [this] { server_.stop(); });
    thread_.join();
}

Client::Client(std::uint16_t port) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

void Client::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string Client::read_answer() {
    std::array<char, 65536> piece{};
    while (true) {
        const auto head = pending_.find("\r\n\r\n");
        if (head != std::string::npos) {
            const auto at = pending_.find("Content-Length: ");
            const auto length = at < head ? std::stoul(pending_.substr(at + 16)) : 0;
            if (pending_.size() >= head + 4 + length) {
                auto answer = pending_.substr(0, head + 4 + length);
                pending_.erase(0, head + 4 + length);
                return answer;
            }
        }
        const auto got = ::recv(socket_.native_handle(), piece.data(), piece.size(), 0);
        if (got <= 0) return {};
        pending_.append(piece.data(), static_cast<std::size_t>(got));
    }
}

bool Client::at_end() {
    char one = 0;
    return pending_.empty() && ::recv(socket_.native_handle(), &one, 1, 0) == 0;
}

std::string post(std::string_view target, std::string_view headers, std::string_view body) {
    std::string request = "POST " + std::string{target} + " HTTP/1.1\r\nHost: board\r\n" + std::string{headers};
    return request + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

std::string status_of(std::string_view answer) {
    return std::string{answer.substr(std::min<std::size_t>(9, answer.size()), 3)};
}

std::string body_of(std::string_view answer) {
    const auto head = answer.find("\r\n\r\n");
    return head == std::string_view::npos ? std::string{} : std::string{answer.substr(head + 4)};
}

}  // namespace ordertrace::test
