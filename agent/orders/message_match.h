// Joins what a sender and a receiver said of one message. Pure; any thread.
#pragma once

#include <vector>

#include "orders/fact_list.h"
#include "orders/stays.h"

namespace ordertrace {

// `received` belongs to `sent` by edge and message id; where one of them has no id, by edge and time order: never to
// one that was sent `skew` or more after it, nor to one that carries another status. In no order; `status` is what
// the facts tell, the sender's word first.
std::vector<HandOff> match_messages(const FactList& facts, Duration skew);

}  // namespace ordertrace
