#include "steps/content_hash.h"

#include <array>
#include <cstring>

#include <xxhash.h>

namespace ordertrace {
namespace {

// order.record, order.id, order.namespace and span.kind follow from the id.
constexpr std::size_t known_tags = 4;

// Gathers the small pieces, so that one call hashes most spans whole.
class Hasher {
public:
    template <class Number>
    void number(Number value) {
        bytes(&value, sizeof value);
    }
    void text(std::string_view text) {
        number(text.size());
        bytes(text.data(), text.size());
    }
    void tag(const Tag& tag) {
        text(tag.key);
        number(tag.type);
        switch (tag.type) {
            case Tag::Type::text: return text(tag.text);
            case Tag::Type::integer: return number(tag.integer);
            case Tag::Type::real: return number(tag.real);
            case Tag::Type::boolean: return number(tag.boolean);
        }
    }
    std::uint64_t take() {
        flush();
        return hash_;
    }

private:
    void bytes(const void* from, std::size_t size) {
        if (size > gathered_.size() - used_) flush();
        if (size > gathered_.size()) {
            hash_ = XXH3_64bits_withSeed(from, size, hash_);
            return;
        }
        if (size != 0) std::memcpy(gathered_.data() + used_, from, size);
        used_ += size;
    }
    void flush() {
        if (used_ != 0) hash_ = XXH3_64bits_withSeed(gathered_.data(), used_, hash_);
        used_ = 0;
    }

    std::array<char, 1024> gathered_;
    std::size_t used_ = 0;
    std::uint64_t hash_ = 0;
};

}  // namespace

std::uint64_t content_hash(const Span& span) {
    Hasher hasher;
    hasher.number(span.duration.count());
    for (std::size_t i = known_tags; i < span.tags.size(); ++i) hasher.tag(span.tags[i]);
    for (const auto& reference : span.references) {
        hasher.number(reference.trace.high);
        hasher.number(reference.trace.low);
        hasher.number(reference.span.value);
    }
    for (const auto& log : span.logs) {
        hasher.number(to_micros(log.time));
        for (std::size_t i = 0; i < log.field_count; ++i) hasher.tag(log.fields[i]);
    }
    return hasher.take();
}

}  // namespace ordertrace
