// An order's document as text: the verdict in one sentence, what follows from it, the facts below. Pure but for the
// terminal's time zone (TZ). Document of GET /api/orders/ID.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace ordertrace {

std::string where_text(const boost::json::object& order, bool colours);

// 2026-11-22T10:00:00.843Z as 2026-11-22 13:00:00.843 +0300; what is no such time stays as it is.
std::string local_time_text(const std::string& utc);

}  // namespace ordertrace
