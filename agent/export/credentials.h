// The Authorization header of a destination, from files that are read again when they change.
// Owned by one CollectorClient; delivery thread. Files of at most 64 KiB.
#pragma once

#include <string>

#include "base/result.h"
#include "export/file_stamp.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class Credentials {
public:
    explicit Credentials(AuthSettings settings) : settings_{std::move(settings)} {}

    // "Authorization: …\r\n", or nothing if none is configured. Looks at the file's stamp each time.
    Result<std::string> header();

private:
    Result<std::string> read() const;

    AuthSettings settings_;
    FileStamp stamp_;
    std::string header_;
};

}  // namespace ordertrace
