// What the board answers over HTTP: pages, JSON, metrics, health. Owned by the app, called by the web's thread only.
// Every answer carries the security headers of its kind; text from outside is inert wherever it is shown.
#pragma once

#include <functional>
#include <string>

#include "board/config_reads.h"
#include "board/order_register.h"
#include "board/store_intake.h"
#include "http/http_server.h"
#include "settings/board_settings.h"

namespace ordertrace {

class WebSite {
public:
    // All it refers to outlives it; `intake` nullptr: the store is not the board's own. `draining`: on its way out.
    WebSite(OrderRegister& orders, const WebSettings& settings, const StoreIntakeNumbers* intake,
            const ConfigReads& config_reads, std::function<bool()> draining)
        : orders_{orders},
          settings_{settings},
          intake_{intake},
          config_reads_{config_reads},
          draining_{std::move(draining)} {}

    // GET and HEAD only. Below base_path: / and /orders/ID (pages), /api/… (JSON), /assets/… ;
    // /healthz, /readyz and /metrics stand at the root too.
    HttpResponse answer(const HttpRequest& request);

private:
    OrderRegister& orders_;
    WebSettings settings_;
    const StoreIntakeNumbers* intake_;
    const ConfigReads& config_reads_;
    std::function<bool()> draining_;
};

}  // namespace ordertrace
