#include "export/gzip.h"

#include <array>
#include <new>

#include <zlib.h>

namespace ordertrace {
namespace {

constexpr int window_bits_of_gzip = 15 + 16;
constexpr int memory_level = 8;
constexpr std::size_t piece_size = 16 * 1024;

}  // namespace

struct Gzip::State {
    z_stream stream{};
    State() {
        // The fastest level: batches are repetitive, the better ones cost more than the network gains.
        if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_bits_of_gzip, memory_level, Z_DEFAULT_STRATEGY) !=
            Z_OK)
            throw std::bad_alloc{};
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { deflateEnd(&stream); }
};

Gzip::Gzip() = default;
Gzip::~Gzip() = default;

std::string_view Gzip::compress(RequestBody& body) {
    if (!state_) state_ = std::make_unique<State>();
    auto& stream = state_->stream;
    deflateReset(&stream);
    std::array<char, piece_size> in;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    out_.resize(deflateBound(&stream, body.size()) / 4 + piece_size);
    std::size_t written = 0;
    for (int result = Z_OK; result != Z_STREAM_END;) {
        const auto size = body.read(in.data(), in.size());
        stream.next_in = reinterpret_cast<Bytef*>(in.data());
        stream.avail_in = static_cast<uInt>(size);
        do {
            if (written == out_.size()) out_.resize(out_.size() * 2);
            const auto room = out_.size() - written;
            stream.next_out = reinterpret_cast<Bytef*>(out_.data() + written);
            stream.avail_out = static_cast<uInt>(room);
            result = deflate(&stream, size == 0 ? Z_FINISH : Z_NO_FLUSH);
            written += room - stream.avail_out;
        } while (stream.avail_out == 0 && result != Z_STREAM_END);
    }
    body.rewind();
    return {out_.data(), written};
}

void Gzip::release() {
    state_.reset();
    out_ = {};
}

}  // namespace ordertrace
