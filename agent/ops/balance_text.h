// The balance as a person and the last log line want it. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/balance.h"

namespace ordertrace {

// One sum that must hold: received = accepted + rejected, accepted = became, recorded = span + own, and for each
// destination recorded = delivered + pending + dropped.
struct BalanceIdentity {
    std::string text;
    std::uint64_t left = 0;
    std::uint64_t right = 0;
    bool holds() const { return left == right; }
};
std::vector<BalanceIdentity> identities_of(const Balance& balance);

// All of the balance in one line; parts that are 0 are left out of the lists in parentheses.
std::string balance_line(const Balance& balance);

}  // namespace ordertrace
