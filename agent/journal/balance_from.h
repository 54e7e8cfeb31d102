// The balance of one moment, from the two pages of the state. Pure.
#pragma once

#include "base/balance.h"
#include "journal/state_page.h"

namespace ordertrace {

// delivery must not be newer than intake: a position beyond the last number would make no sense.
Balance balance_from(const IntakeState& intake, const DeliveryState& delivery);

}  // namespace ordertrace
