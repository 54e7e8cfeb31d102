// A listener on HTTP: POST /v1/events with lines or JSON. 204 once they are in the journal, 400 with a line for each
// bad one while the good ones are taken. Not for web pages: a request with an Origin is refused.
// Owned by Doors; lives on one io_context run by one thread. Bounds: those of HttpServer, with bodies of 1 MiB.
#pragma once

#include <memory>
#include <string>

#include "base/listener_numbers.h"
#include "base/result.h"
#include "doors/intake_gate.h"
#include "http/http_server.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class HttpDoor {
public:
    HttpDoor(boost::asio::io_context& context, std::size_t listener, const ListenerSettings& settings,
             IntakeGate& gate);

    // Opens it at the address of the settings, or says what is wrong.
    Result<void> listen();
    // With the port really bound.
    const Endpoint& bound() const { return bound_; }

    // No more requests; those under way are answered.
    void stop() { server_.stop(); }
    bool is_closed() const { return server_.connections() == 0; }

    ListenerNumbers numbers() const;

private:
    struct Refused {
        std::uint64_t origin = 0;
        std::uint64_t path = 0;
        std::uint64_t method = 0;
        std::uint64_t encoding = 0;
    };

    boost::asio::awaitable<HttpResponse> answer(HttpRequest request, HttpServer::Endpoint peer);
    // Nothing: it is to be read.
    std::optional<HttpResponse> refusal(const HttpRequest& request);

    std::size_t listener_;
    ListenerSettings settings_;
    IntakeGate& gate_;
    Endpoint bound_;
    Refused refused_;
    HttpServer server_;
};

// What is said of lines that are rejected.
std::string bad_lines_text(const ParcelOutcome& outcome);

}  // namespace ordertrace
