// Why a line is rejected, in one sentence for its author. Pure.
#pragma once

#include <string_view>

#include "base/balance.h"

namespace ordertrace {

std::string_view explanation(RejectReason reason);

}  // namespace ordertrace
