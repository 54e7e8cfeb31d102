// Orders that are stuck, or lost on their way, as a table. Pure. Documents of GET /api/stuck and /api/lost.
#pragma once

#include <string>

#include <boost/json/array.hpp>

namespace ordertrace {

struct OrderList {
    boost::json::array orders;
    bool more = false;  // there are further ones, not asked for
    bool lost = false;  // of hand-offs
};

std::string list_text(const OrderList& list, bool colours);

}  // namespace ordertrace
