#include "doors/http_door.h"

#include <optional>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "base/text.h"
#include "doors/peer.h"
#include "intake/reject_explanation.h"

namespace ordertrace {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::string_view events_path = "/v1/events";
constexpr std::string_view uncompressed = "identity";

HttpLimits limits_of(const ListenerSettings& settings) {
    using std::chrono::milliseconds;
    HttpLimits limits;
    limits.max_connections = settings.max_connections;
    limits.max_body_bytes = max_parcel;
    limits.idle_timeout = settings.idle_timeout.count() == 0
                              ? std::chrono::duration_cast<milliseconds>(std::chrono::hours{24 * 365})
                              : std::chrono::ceil<milliseconds>(settings.idle_timeout);
    limits.refuse_like_collector = false;
    return limits;
}

TimePoint wall_clock() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

}  // namespace

std::string bad_lines_text(const ParcelOutcome& outcome) {
    std::string text;
    for (const auto& bad : outcome.bad_lines) {
        text += "line " + std::to_string(bad.line) + ": ";
        text += name_of(bad.reason);
        text += ": ";
        text += explanation(bad.reason);
        text += '\n';
    }
    if (outcome.rejected > outcome.bad_lines.size())
        text += "and " + std::to_string(outcome.rejected - outcome.bad_lines.size()) + " more bad lines\n";
    return text;
}

HttpDoor::HttpDoor(asio::io_context& context, std::size_t listener, const ListenerSettings& settings, IntakeGate& gate)
    : listener_{listener},
      settings_{settings},
      gate_{gate},
      bound_{settings.address},
      server_{context, limits_of(settings),
              HttpServer::PatientHandler{[this](HttpRequest request, HttpServer::Endpoint peer) {
                  return answer(std::move(request), std::move(peer));
              }},
              [this](const HttpServer::Endpoint& peer) { return is_admitted(settings_, peer); }} {}

Result<void> HttpDoor::listen() {
    const auto port = server_.listen({asio::ip::make_address(settings_.address.host), settings_.address.port});
    if (!port) return fail("listen http: " + port.error().message);
    bound_.port = *port;
    return {};
}

std::optional<HttpResponse> HttpDoor::refusal(const HttpRequest& request) {
    // A browser says so whenever a page of another site makes it send something.
    if (request.find(http::field::origin) != request.end()) {
        ++refused_.origin;
        return text_response(403, "events are not taken from web pages; this request has an Origin\n");
    }
    const std::string_view target{request.target().data(), request.target().size()};
    if (target.substr(0, target.find('?')) != events_path) {
        ++refused_.path;
        return text_response(404, "nothing is here; send events by POST /v1/events\n");
    }
    if (request.method() != http::verb::post) {
        ++refused_.method;
        auto response = text_response(405, "send events by POST\n");
        response.set(http::field::allow, "POST");
        return response;
    }
    const auto encoding = request.find(http::field::content_encoding);
    if (encoding != request.end() && !equals_ignore_case(encoding->value(), uncompressed)) {
        ++refused_.encoding;
        auto response = text_response(415, "send it uncompressed\n");
        response.set(http::field::accept_encoding, uncompressed);
        return response;
    }
    return std::nullopt;
}

asio::awaitable<HttpResponse> HttpDoor::answer(HttpRequest request, HttpServer::Endpoint peer) {
    if (auto refused = refusal(request)) {
        if (request.method() == http::verb::head) {  // it hears how long the words would be
            refused->content_length(refused->body().size());
            refused->body().clear();
        }
        co_return std::move(*refused);
    }
    Parcel parcel;
    parcel.listener = listener_;
    parcel.text = std::move(request.body());
    parcel.sender = address_of(peer);
    parcel.arrived = wall_clock();
    const auto outcome = co_await gate_.deliver(std::move(parcel));
    if (!outcome.taken) co_return text_response(503, "the agent is stopping; send it again\n", false);
    if (outcome.rejected > 0) co_return text_response(400, bad_lines_text(outcome));
    HttpResponse taken{http::status::no_content, 11};
    taken.keep_alive(true);
    co_return taken;
}

ListenerNumbers HttpDoor::numbers() const {
    const auto& counted = server_.counters();
    return {.listener = "http " + to_string(bound_),
            .connections = server_.connections(),
            .refused = {{"sender", counted.peers_refused},
                        {"connections", counted.connections_refused},
                        {"timeout", counted.requests_timed_out},
                        {"too_large", counted.requests_too_large},
                        {"malformed", counted.requests_malformed},
                        {"origin", refused_.origin},
                        {"path", refused_.path},
                        {"method", refused_.method},
                        {"encoding", refused_.encoding}},
            .files = {}};
}

}  // namespace ordertrace
