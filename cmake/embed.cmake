# The text of the standard cells as a C array: cmake -DIN=cells.unr -DOUT=cells_text.c -P embed.cmake
file(READ "${IN}" text)
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
file(WRITE "${OUT}" "/* made from src/lang/cells.unr */\n#include \"lang/lang.h\"\nconst char ur_cells_text[] =\n    \"${text}\";\n")
