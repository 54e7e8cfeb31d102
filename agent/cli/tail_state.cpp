#include "cli/tail_state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace ordertrace {
namespace {

namespace json = boost::json;

std::string hex(std::uint64_t value) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
    return text.data();
}

std::optional<std::uint64_t> from_hex(std::string_view text) {
    std::uint64_t value = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value, 16);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> number(const json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    boost::system::error_code error;
    const auto read = value->to_number<std::uint64_t>(error);
    return error ? std::nullopt : std::optional{read};
}

json::object to_json(const LogPlace& place) {
    return {{"inode", static_cast<std::uint64_t>(place.inode)}, {"offset", place.offset}, {"hash", hex(place.hash)}};
}

std::optional<LogPlace> place_in(const json::object& object) {
    const auto inode = number(object, "inode");
    const auto offset = number(object, "offset");
    const auto* hash = object.if_contains("hash");
    if (!inode || !offset || hash == nullptr || !hash->is_string()) return std::nullopt;
    const auto hashed = from_hex({hash->get_string().data(), hash->get_string().size()});
    if (!hashed) return std::nullopt;
    return LogPlace{*inode, *offset, *hashed};
}

// Nothing if it is not what save writes.
std::optional<LogPlaces> places_in(const std::string& text, const std::string& log) {
    boost::system::error_code error;
    const auto document = json::parse(text, error);
    const auto* object = error ? nullptr : document.if_object();
    if (object == nullptr || number(*object, "version") != 1U) return std::nullopt;
    const auto* file = object->if_contains("log");
    const auto place = place_in(*object);
    if (file == nullptr || *file != json::value(log) || !place) return std::nullopt;
    LogPlaces places{.log = *place};
    if (const auto* before = object->if_contains("before")) {
        if (before->is_object()) places.before = place_in(before->get_object());
        if (!places.before) return std::nullopt;
    }
    return places;
}

bool write_all(int fd, const std::string& text) {
    return ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fdatasync(fd) == 0;
}

}  // namespace

Result<void> TailState::claim() {
    auto lock = create(file_ + ".lock");
    if (!lock) return tl::unexpected{lock.error()};
    if (::flock(lock->get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return fail(file_ + ": another tail keeps its place here; end that one, or name another file with --state");
    lock_ = std::move(*lock);
    const auto fd = create(temporary());
    if (!fd) return tl::unexpected{fd.error()};
    ::unlink(temporary().c_str());
    return {};
}

Result<std::optional<LogPlaces>> TailState::load() const {
    const UniqueFd fd{::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!fd && errno == ENOENT) return std::optional<LogPlaces>{};
    std::string text(65'536, '\0');
    const auto got = fd ? ::read(fd.get(), text.data(), text.size()) : -1;
    if (got < 0) return fail(file_ + ": " + std::strerror(errno) + "; name a file of your own with --state");
    text.resize(static_cast<std::size_t>(got));
    auto places = places_in(text, log_);
    if (!places)
        return fail(file_ + ": it does not say how far " + log_ +
                    " was read; name another file with --state, or remove it to begin anew");
    return places;
}

Result<void> TailState::save(const LogPlaces& places) const {
    auto state = to_json(places.log);
    state["version"] = 1;
    state["log"] = log_;
    if (places.before) state["before"] = to_json(*places.before);
    const auto text = json::serialize(state) + '\n';
    const auto fd = create(temporary());
    if (!fd) return tl::unexpected{fd.error()};
    if (!write_all(fd->get(), text) || ::rename(temporary().c_str(), file_.c_str()) != 0)
        return fail(file_ + ": " + std::strerror(errno) + "; how far the log was read is not stored");
    return {};
}

Result<UniqueFd> TailState::create(const std::string& file) const {
    UniqueFd fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!fd) return fail(file_ + ": " + std::strerror(errno) + "; name a file in a directory of your own with --state");
    return fd;
}

}  // namespace ordertrace
