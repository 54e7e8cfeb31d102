// The board's JSON answers (proto/board.openapi.yaml). Pure functions of what the register says; any thread.
// Times are RFC 3339 in UTC with milliseconds; what is not known is null, no key is ever missing.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "board/config_reads.h"
#include "board/order_register.h"
#include "board/overview.h"
#include "board/store_intake_numbers.h"
#include "orders/sentence.h"

namespace ordertrace {

struct ApiContext {
    std::string jaeger_url;  // without a slash at its end; empty: links are null
    Language language = Language::english;
};

std::string order_json(const OrderAnswer& answer, const Lifecycle& lifecycle, const ApiContext& context);
std::string orders_json(const DigestPage& page, const Lifecycle& lifecycle, TimePoint now, const ApiContext& context);
std::string stages_json(const Overview& overview);
std::string systems_json(const Overview& overview);
std::string edges_json(const Overview& overview);
// {"error": what}
std::string error_json(std::string_view what);

// The query of /api/stuck and /api/lost: stage, older (4h), limit (1 to 1000), cursor; edge (mes>crm or mes:crm).
// An unknown parameter, a wrong value, an unknown stage or edge is an error that names it.
Result<ListQuery> list_query(std::string_view query, bool lost, const Lifecycle& lifecycle, TimePoint now);

// Prometheus text format: the board's metrics, computed from the overview of the last watch cycle.
std::string board_metrics(const Overview& overview, const StoreIntakeNumbers* intake, const ConfigReads& config_reads);

}  // namespace ordertrace
