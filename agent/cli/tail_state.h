// The file in which `ordertrace tail` keeps how far it has come. Replaced as a whole, synced and readable by its owner
// alone. Any one thread. Bound: 64 KiB.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/log_place.h"

namespace ordertrace {

class TailState {
public:
    // `log` is the absolute path of the log it is about.
    TailState(std::string file, std::string log) : file_{std::move(file)}, log_{std::move(log)} {}

    // Nothing if there is no such file. An error: it cannot be read, or is no state of this log.
    Result<std::optional<LogPlace>> load() const;
    // Whether it could be saved.
    Result<void> check() const;
    Result<void> save(const LogPlace& place) const;

private:
    std::string temporary() const { return file_ + ".new"; }
    Result<UniqueFd> create() const;

    std::string file_;
    std::string log_;
};

}  // namespace ordertrace
