// The file in which `ordertrace tail` keeps how far it has come. Replaced as a whole, synced and readable by its owner
// alone; a file beside it is locked, for one process may use it at a time. Any one thread. Bound: 64 KiB.
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

    // First of all: takes it for this process, for as long as this lives. An error: it has another one, or could not be
    // saved.
    Result<void> claim();
    // Nothing if there is no such file. An error: it cannot be read, or is no state of this log.
    Result<std::optional<LogPlaces>> load() const;
    Result<void> save(const LogPlaces& places) const;

private:
    std::string temporary() const { return file_ + ".new"; }
    Result<UniqueFd> create(const std::string& file) const;

    std::string file_;
    std::string log_;
    UniqueFd lock_;
};

}  // namespace ordertrace
