// The directory that files with events are put into: finds them, opens them, puts them away when they were read.
// Owned by its DirectoryDoor; one thread. Calls block as long as the disk does.
// Bounds: 10,000 names at once. Nothing but a regular file is opened, and no link is followed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/balance.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "settings/agent_settings.h"

namespace ordertrace {

struct SpoolFile {
    UniqueFd fd;
    FilePlace place;  // of its beginning
};

class Spool {
public:
    static constexpr std::size_t most_names = 10'000;

    // The directory must be there, the agent must be able to take files out of it, and nobody else may read it.
    static Result<Spool> open(const std::string& path, ListenerSettings::Then then);

    // Of the files that are ready (*.ord), in order; the first ones, if there are too many.
    Result<std::vector<std::string>> names() const;
    // What such a file is called now; empty: it is gone.
    std::string name_of(const FilePlace& place) const;
    // Errors say what is wrong with the file and what to do, not where it is. No descriptor: it is gone.
    Result<SpoolFile> open_file(const std::string& name) const;
    // Moved or removed, as configured. One that is gone already is fine.
    Result<void> put_away(const std::string& name) const;

private:
    Spool(UniqueFd directory, ListenerSettings::Then then) : directory_{std::move(directory)}, then_{then} {}
    Result<void> each_name(const std::function<void(std::string_view name)>& visit) const;

    UniqueFd directory_;
    ListenerSettings::Then then_;
};

}  // namespace ordertrace
