// The admin port: GET /healthz, /readyz, /metrics, /status over HTTP/1.1.
// Owned by the app, lives on the delivery thread's io_context, which must outlive it; a scrape never touches intake.
// Bounds: AdminLimits. Each connection slot is one coroutine that accepts and serves, so no more than that many
// connections are open; further ones wait in the kernel's queue. With all slots taken every answer closes its
// connection, so that kept-alive ones cannot shut others out.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "base/result.h"
#include "ops/agent_snapshot.h"
#include "settings/agent_settings.h"

namespace ordertrace {

struct AdminLimits {
    std::size_t connections = 32;
    std::size_t header_bytes = 8192;
    std::chrono::milliseconds request_timeout{10'000};  // for a whole request, for idling before it, for its answer
};

class AdminServer {
public:
    // Binds and begins to serve once `context` runs. Port 0 lets the system choose.
    static Result<AdminServer> listen(boost::asio::io_context& context, const Endpoint& endpoint,
                                      std::function<AgentSnapshot()> snapshot, AdminLimits limits = {});
    AdminServer(AdminServer&&) noexcept;
    AdminServer& operator=(AdminServer&&) noexcept;
    ~AdminServer();

    Endpoint bound() const;

    // Closes the port and every connection; the coroutines end when the context runs next.
    void stop();

private:
    class Impl;
    explicit AdminServer(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace ordertrace
