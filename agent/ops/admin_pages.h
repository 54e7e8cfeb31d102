// What the admin port answers, without the sockets: a request's method, target and host in, a page out. Pure.
// Made and used on the delivery thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ops/agent_snapshot.h"
#include "settings/agent_settings.h"

namespace ordertrace {

struct AdminPage {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    bool allow_get = false;  // a 405 names the methods that would do
};

class AdminPages {
public:
    AdminPages(Endpoint bound, std::function<AgentSnapshot()> snapshot)
        : bound_{std::move(bound)}, snapshot_{std::move(snapshot)} {}

    // `host` is the Host header as it came, empty if there was none.
    AdminPage answer(std::string_view method, std::string_view target, std::string_view host) const;

private:
    Endpoint bound_;
    std::function<AgentSnapshot()> snapshot_;
};

}  // namespace ordertrace
