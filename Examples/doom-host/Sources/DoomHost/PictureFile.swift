// Pictures as PNG files, written by libpng.

import CPNG
import Glibc
public import SystemPackage

/// A picture that could not be written.
public struct PictureFileError: Error, CustomStringConvertible {
    public let description: String
}

extension Picture {
    /// Writes the picture with its palette, one byte for each pixel before compression.
    public func writePNG(to path: FilePath) throws {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(Self.width)
        image.height = UInt32(Self.height)
        image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = 256
        // In one step: a picture is there as a whole, or not at all.
        let partial = path.string + ".part"
        let isWritten = png_image_write_to_file(&image, partial, 0, pixels, Int32(Self.width), palette) != 0
        guard isWritten, rename(partial, path.string) == 0 else {
            let reason = withUnsafeBytes(of: image.message) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            unlink(partial)
            throw PictureFileError(description: "\(path) can not be written: \(isWritten ? "renaming failed" : reason)")
        }
    }
}
