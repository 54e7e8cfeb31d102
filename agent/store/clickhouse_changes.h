// Follows which orders got new facts in ClickHouse. First all orders there are, by id; then the table of changes, by
// time. Inserts become visible late and their views not at one moment, so the last 30 s are read again each time, and
// an order is told a second time 30 s after it was told first.
// A cursor is a token of this object: µs of the server's clock when following, small numbers while enumerating. Asked
// with another one than it gave last, it begins anew there. Owned by one ClickhouseStore, its thread.
// Bounds: 10,000 rows a page; 200,000 orders are remembered as told, what is beyond is told again.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "store/order_store.h"

namespace ordertrace {

// A row of the table of changes; they are sorted by it.
struct ChangeRow {
    std::int64_t at = 0;  // µs since 1970 on the server's clock
    std::string order;
    friend auto operator<=>(const ChangeRow&, const ChangeRow&) = default;
};

// What is asked of the database.
struct ChangeSource {
    std::function<Result<std::int64_t>()> now;
    std::function<Result<std::vector<std::string>>(const std::string& after, std::size_t limit)> orders;
    std::function<Result<std::vector<ChangeRow>>(const ChangeRow& after, std::size_t limit)> changes;
    std::function<std::chrono::steady_clock::time_point()> clock;
};

class ClickhouseChanges {
public:
    static constexpr Duration overlap = std::chrono::seconds{30};
    static constexpr std::size_t page = 10'000;
    static constexpr std::size_t max_told = 200'000;

    explicit ClickhouseChanges(ChangeSource source) : source_{std::move(source)} {}

    Result<ChangedOrders> since(ChangeCursor cursor, std::size_t limit);

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Told {
        std::int64_t at = 0;
        Moment when;
        bool twice = false;
    };

    Result<void> begin(ChangeCursor cursor);
    Result<void> enumerate(std::size_t limit);
    Result<void> follow();
    Result<void> sweep();
    void take(const std::vector<ChangeRow>& rows, bool pending);
    void tell_again();
    void start_sweep();

    ChangeSource source_;
    bool enumerating_ = false;
    std::int64_t given_ = -1;  // the last cursor
    std::int64_t newest_ = 0;  // of the changes seen
    std::string enumerated_;   // up to this id
    bool sweeping_ = false;    // between the first and the last page of the recent changes
    ChangeRow swept_;          // up to this one
    Moment asked_;             // when the database last answered
    std::map<std::string, Told> told_;
    std::vector<std::string> pending_;  // still to be told, the next at the end
};

}  // namespace ordertrace
