#include "ops/admin_pages.h"

#include <algorithm>

#include "ops/process_stats.h"
#include "ops/prometheus_text.h"
#include "ops/status_json.h"
#include "settings/addresses.h"

namespace ordertrace {
namespace {

constexpr std::array<std::string_view, 4> paths{"/healthz", "/readyz", "/metrics", "/status"};

AdminPage plain(unsigned status, std::string body) { return {.status = status, .body = std::move(body)}; }

AdminPage readiness(const AgentSnapshot& agent) {
    if (agent.draining) return plain(503, "draining\n");
    return agent.ready ? plain(200, "ready\n") : plain(503, "starting\n");
}

}  // namespace

AdminPage AdminPages::answer(std::string_view method, std::string_view target, std::string_view host) const {
    if (!is_name_of(bound_, host))
        return plain(421,
                     "misdirected request: a loopback admin port answers only to the names localhost, 127.0.0.1 and "
                     "[::1]; a proxy in front must set the Host header to one of them\n");
    const auto path = target.substr(0, target.find('?'));
    if (std::find(paths.begin(), paths.end(), path) == paths.end())
        return plain(404, "not found; there are /healthz, /readyz, /metrics and /status\n");
    if (method != "GET" && method != "HEAD")
        return {.status = 405, .body = "method not allowed; use GET or HEAD\n", .allow_get = true};
    if (path == "/healthz") return plain(200, "ok\n");
    const auto agent = snapshot_();
    if (path == "/readyz") return readiness(agent);
    if (path == "/status") return {.content_type = "application/json", .body = status_json(agent)};
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
            .body = prometheus_text(agent, read_process_stats())};
}

}  // namespace ordertrace
