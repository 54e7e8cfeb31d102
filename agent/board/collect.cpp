#include "board/collect.h"

#include <charconv>
#include <optional>

#include "board/display_text.h"
#include "board/order_table.h"

namespace ordertrace {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

// One answer's worth of tables; what is left out is said, and found under /orders/ID.
constexpr std::size_t max_answer_bytes = 4U << 20U;

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

// RFC 3986 %HH; any other percent sign is itself.
std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
        const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
        if (!low) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return out;
}

// Doubled slashes made single, as Jaeger's router wants a path before it looks at it.
std::string clean_path(std::string_view path) {
    std::string out;
    for (const char c : path)
        if (c != '/' || out.empty() || out.back() != '/') out += c;
    return out;
}

HttpResponse moved(const std::string& to) {
    auto response = text_response(301, "moved to " + make_inert(to));
    response.set(http::field::location, to);
    return response;
}

void append_metric(std::string& out, std::string_view name, std::string_view type, std::string_view help,
                   std::uint64_t value) {
    for (const std::string_view part :
         {std::string_view{"# HELP "}, name, std::string_view{" "}, help, std::string_view{"\n# TYPE "}, name,
          std::string_view{" "}, type, std::string_view{"\n"}, name, std::string_view{" "}})
        out += part;
    out += std::to_string(value) + "\n";
}

std::string_view first_part(std::string_view text, char end) { return text.substr(0, text.find(end)); }

}  // namespace

Result<tcp::endpoint> parse_loopback(std::string_view text) {
    const auto wrong = [&](std::string_view what) {
        return fail("--listen " + std::string{text} + ": " + std::string{what});
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong("no port; write it like 127.0.0.1:4751");
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size())
        return wrong("the port is no number from 0 to 65535");
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    boost::system::error_code no_address;
    const auto address = boost::asio::ip::make_address(std::string{host}, no_address);
    if (no_address) return wrong("no IP address; write it like 127.0.0.1:4751 or [::1]:4751");
    if (!address.is_loopback())
        return wrong("only a loopback address is taken, for nobody is asked who he is; use 127.0.0.1");
    return tcp::endpoint{address, port};
}

Collector::Collector(boost::asio::io_context& context, const CollectSettings& settings)
    : settings_{settings},
      orders_{settings.keep},
      intake_{settings.http.max_body_bytes,
              [this](const ReceivedBatch& batch) -> Result<void> {
                  orders_.add(batch);
                  return {};
              }},
      server_{context, settings.http, [this](const HttpRequest& request) { return answer(request); }} {}

Result<std::string> Collector::listen() {
    auto endpoint = parse_loopback(settings_.listen);
    if (!endpoint) return tl::unexpected(endpoint.error());
    const auto port = server_.listen(*endpoint);
    if (!port) return tl::unexpected(port.error());
    const auto address = endpoint->address().to_string();
    return (endpoint->address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(*port);
}

HttpResponse Collector::answer(const HttpRequest& request) {
    const std::string_view target{request.target().data(), request.target().size()};
    const auto path = first_part(target, '?');
    if (const auto clean = clean_path(path); clean != path) return moved(clean);
    if (path == ThriftIntake::path) return intake_.answer(request);
    if (request.method() == http::verb::get) return answer_get(path);
    return text_response(404, "not found: spans are taken by POST /api/traces");
}

HttpResponse Collector::answer_get(std::string_view path) const {
    static constexpr std::string_view one_order = "/orders/";
    if (path == "/healthz") return text_response(200, "ok\n");
    if (path == "/metrics") return text_response(200, metrics());
    if (path == "/orders") return text_response(200, all_orders());
    if (!path.starts_with(one_order) || path == one_order)
        return text_response(404, "not found: there are /orders, /orders/ID, /metrics and /healthz\n");
    const auto id = percent_decoded(path.substr(one_order.size()));
    std::string text;
    for (const auto* order : orders_.find(id)) text += (text.empty() ? "" : "\n") + to_table(*order);
    if (text.empty()) return text_response(404, "no such order: " + fit(make_inert(id), 128) + "\n");
    return text_response(200, std::move(text));
}

std::string Collector::all_orders() const {
    std::string text;
    std::size_t shown = 0;
    for (const auto& order : orders_.orders()) {
        if (text.size() > max_answer_bytes) break;
        text += (text.empty() ? "" : "\n") + to_table(order);
        ++shown;
    }
    if (shown == 0) return "no orders yet\n";
    if (const auto left = orders_.orders().size() - shown; left > 0)
        text += "\nand " + std::to_string(left) + " more orders: see /orders/ID\n";
    return text;
}

std::string Collector::metrics() const {
    const auto& spans = orders_.counters();
    const auto& requests = server_.counters();
    std::string out;
    append_metric(out, "ordertrace_board_spans_received_total", "counter", "Spans of accepted batches.",
                  spans.spans_received);
    append_metric(out, "ordertrace_board_spans_duplicate_total", "counter", "Spans that had come before.",
                  spans.spans_duplicate);
    append_metric(out, "ordertrace_board_spans_without_order_total", "counter", "Spans of no order, as beats.",
                  spans.spans_without_order);
    append_metric(out, "ordertrace_board_spans_refused_total", "counter", "Spans of an order that fills the memory.",
                  spans.spans_refused);
    append_metric(out, "ordertrace_board_orders_forgotten_total", "counter", "Oldest orders given up for newer ones.",
                  spans.orders_forgotten);
    append_metric(out, "ordertrace_board_orders", "gauge", "Orders in memory.", orders_.orders().size());
    append_metric(out, "ordertrace_board_spans", "gauge", "Spans in memory.", orders_.spans());
    append_metric(out, "ordertrace_board_requests_total", "counter", "Whole requests read.", requests.requests);
    append_metric(out, "ordertrace_board_requests_too_large_total", "counter", "Headers or bodies over the limit.",
                  requests.requests_too_large);
    append_metric(out, "ordertrace_board_requests_timed_out_total", "counter", "Requests that took too long.",
                  requests.requests_timed_out);
    append_metric(out, "ordertrace_board_connections_refused_total", "counter", "Connections over the limit.",
                  requests.connections_refused);
    return out;
}

}  // namespace ordertrace
