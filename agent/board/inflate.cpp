#include "board/inflate.h"

#include <algorithm>
#include <array>

#include <zlib.h>

namespace ordertrace {
namespace {

constexpr int gzip_only = 16 + MAX_WBITS;  // zlib.h: 16 more than the window size expects a gzip header
constexpr std::size_t shortest_header = 10;

bool begins_as_gzip(std::string_view bytes) {
    return bytes.size() >= shortest_header && bytes[0] == '\x1f' && bytes[1] == '\x8b' && bytes[2] == '\x08';
}

class Inflater {
public:
    explicit Inflater(std::string_view bytes) {
        // zlib never writes through next_in; its type has no const.
        stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        ready_ = ::inflateInit2(&stream_, gzip_only) == Z_OK;
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() { ::inflateEnd(&stream_); }

    tl::expected<std::string, InflateError> run(std::size_t limit) {
        std::string out;
        std::array<char, 16 * 1024> piece{};
        while (ready_) {
            stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
            stream_.avail_out = static_cast<uInt>(piece.size());
            const int status = ::inflate(&stream_, Z_NO_FLUSH);
            out.append(piece.data(), piece.size() - stream_.avail_out);
            if (out.size() > limit) return tl::unexpected(InflateError::too_large);
            if (status == Z_STREAM_END) {
                if (stream_.avail_in == 0) return out;
                ready_ = ::inflateReset(&stream_) == Z_OK;
            } else if (status != Z_OK) {
                break;
            }
        }
        return tl::unexpected(InflateError::corrupt);
    }

private:
    z_stream stream_{};
    bool ready_ = false;
};

}  // namespace

tl::expected<std::string, InflateError> inflate_gzip(std::string_view bytes, std::size_t limit) {
    if (!begins_as_gzip(bytes)) return tl::unexpected(InflateError::not_gzip);
    return Inflater{bytes}.run(limit);
}

}  // namespace ordertrace
