#include "journal/balance_from.h"

#include <functional>
#include <numeric>

namespace ordertrace {

Balance balance_from(const IntakeState& intake, const DeliveryState& delivery) {
    Balance balance{intake.counters, {}};
    for (std::size_t i = 0; i < delivery.count; ++i) {
        const auto& from = delivery.destinations.at(i);
        DestinationBalance one;
        one.name = from.name.data();
        one.committed = from.committed;
        one.dropped = from.dropped;
        one.delivered = std::accumulate(from.dropped.begin(), from.dropped.end(), from.committed, std::minus<>{});
        one.pending = intake.counters.recorded - from.committed;
        balance.destinations.push_back(std::move(one));
    }
    return balance;
}

}  // namespace ordertrace
