// The sequence of changes of the embedded store: places are µs since 1970, each given once and higher than all before,
// whatever the clock does. Owned by the writer; used inside its transactions.
#pragma once

#include <algorithm>

#include "base/time.h"
#include "store/sqlite_database.h"

namespace ordertrace {

class ChangeSequence {
public:
    explicit ChangeSequence(const SqliteDatabase& database)
        : last_{database.statement("SELECT max(coalesce((SELECT max(changed) FROM orders), 0), "
                                   "coalesce((SELECT max(changed) FROM removed), 0))")} {}

    // At the beginning of a transaction: places that were given in one that failed are given again.
    Result<void> begin(TimePoint now) {
        const auto last = last_.number();
        if (!last) return tl::make_unexpected(last.error());
        place_ = std::max(last->value_or(0), to_micros(now) - 1);
        return {};
    }
    std::int64_t next() { return ++place_; }

private:
    SqliteStatement last_;
    std::int64_t place_ = 0;
};

}  // namespace ordertrace
