#include <qrencode.h>

int main(void)
{
    QRcode* code = QRcode_encodeString("bitcoin:", 0, QR_ECLEVEL_L, QR_MODE_8, 1);
    if (!code) return 1;
    const int width = code->width;
    QRcode_free(code);
    return width == 21 ? 0 : 2;
}
