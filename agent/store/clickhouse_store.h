// The second store: the register's tables in ClickHouse, which views fill from the spans that Jaeger writes. One thread
// an object. Nothing is asked until the first question, so a board can start while ClickHouse is down. Every question
// waits at most the settings' time-out. Of several spans with one id in an order the one with the earliest start.
// Nothing is ever removed by the board: removals() is empty.
#pragma once

#include <memory>
#include <string>

#include "store/clickhouse_changes.h"
#include "store/clickhouse_client.h"
#include "store/order_store.h"

namespace ordertrace {

class ClickhouseStore : public OrderStore {
public:
    // `destination`: the name the agents have for Jaeger (watch.destination): what they dropped to others is no loss.
    ClickhouseStore(ClickhouseSettings settings, std::string name_space, const std::string& destination);

    Result<std::vector<std::vector<Fact>>> facts_of(const std::vector<std::string>& orders, std::size_t limit) override;
    Result<std::vector<AliasClaim>> claims_on(const std::vector<std::string>& ids) override;
    Result<ChangedOrders> changes(ChangeCursor since, std::size_t limit) override;
    Result<ChangedOrders> removals(ChangeCursor since, std::size_t limit) override;
    Result<std::vector<BeatOfSystem>> beats(TimePoint from) override;
    Result<std::map<std::string, TimePoint>> last_seen() override;
    Result<std::vector<std::string>> nearest(const std::string& text, std::size_t limit) override;
    // Also says if the tables are not there, or of another version.
    Result<void> ping() override;

private:
    using Facts = std::map<std::string, std::vector<Fact>>;
    using OrderIterator = std::vector<std::string>::const_iterator;

    Result<void> add_facts(OrderIterator begin, OrderIterator end, std::size_t limit, Facts& found);
    Result<void> read_rows(const std::string& sql, const ClickhouseClient::Values& values, const auto& take);
    Result<std::vector<std::string>> ids(const std::string& sql, const std::string& text, std::size_t limit);
    ChangeSource change_source();

    ClickhouseClient client_;
    std::string name_space_;
    std::string dropped_tag_;
    ClickhouseChanges changes_;
};

}  // namespace ordertrace
