#!/bin/sh
# Files of other kinds are named, with what to do, whether they stand alone or as NAME=FILE.
. "$(dirname "$0")/lib.sh"
printf 'data y[t] : raw\nparam m, s\ny[t] ~ normal(m, s)\n' > mean.unr
printf 'data x[t] : chars\nparam E, b\nx[t] ~ categorical(E x[t-1] + b)\n' > text.unr
is() {          # is BYTES… WHAT: a file of these bytes (as printf writes them) is named so
    printf "$1" > f; head -c 300 /dev/zero | tr '\0' '\1' >> f
    for spec in f y=f; do fails 4 unroll fit mean.unr $spec -q -o m.model; says "f: $2"; done
}
is 'PK\003\004' "is a zip archive or a spreadsheet"
is 'PK\003\00401234567890123456789012345678y.npy' "is NumPy's .npz"
is 'BZh91AY' "is packed with bzip2"
is '\050\265\057\375' "is packed with zstd"
is '\320\317\021\340\241\261\032\341' "is an old spreadsheet"
is 'PAR1' "is a Parquet file"
is 'ARROW1' "is an Arrow (Feather) file"
is '\200\004\225' "is a pickle"
is '\211HDF' "is an HDF5 file, as NetCDF and Keras write"
is '[{"y": 1},\n' "is JSON"
is '{"y": [1]}\n' "is JSON"
is '<!DOCTYPE html>\n<html>' "is a web page"
is 'version https://git-lfs.github.com/spec/v1\n' "is a pointer of Git LFS"
is 'SQLite format 3\0' "is an SQLite database"
is '\377\376d\0,\0y\0' "is UTF-16"
is '\377\376\0\0d\0\0\0' "is UTF-32"
is '\0\0\376\377\0\0\0d' "is UTF-32"
is '<stata_dta><header><release>118' "is a file of Stata (.dta)"
is 's\002\001\0' "is a file of Stata (.dta)"
is '\0\0\0\0\0\0\0\0\0\0\0\0\302\352\201\140\263\024\021\317\275\222\010\0' "is a table of SAS (.sas7bdat)"
is 'HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!' "is a transport file of SAS (.xpt)"
is '$FL2@(#) IBM SPSS STATISTICS' "is a file of SPSS (.sav)"
printf 'd\000,\000y\000\n\0001\000,\0002\000\n\0001\000,\0002\000\n\000' > f; fails 4 unroll fit mean.unr f -q -o m.model; says "f: seems to be UTF-16"
for letter in d , y '\n' 1 , 2 '\n'; do printf "$letter\\0\\0\\0"; done > f; fails 4 unroll fit mean.unr f -q -o m.model; says "f: seems to be UTF-32"
# -o - is no file
printf 'd,y\n1,1.5\n2,2\n' > t.csv; fails 2 unroll fit mean.unr t.csv -q -o -; says "-o - is the name of no file" "/dev/stdout"
[ ! -e ./- ] || fault "a file called -"
printf '{"a": "a text may be JSON"}\n<html>\n' > f; run unroll fit text.unr x=f -q -o t.model --epochs 1
printf '<!DOCTYPE html>\n' > f; run unroll fit text.unr x=f -q -o t.model --epochs 1
printf 'BZh91AY' > f; fails 4 unroll fit text.unr x=f -q -o t.model; says "packed with bzip2"
printf 'd,y\n1,1.5\n' > t.csv; run unroll fit mean.unr t.csv -q -o m.model
fails 4 unroll fit mean.unr m.model -q -o n.model; says "is a safetensors file"
# and where a model, or a text beside it, is asked for; a text may begin with the letters of a mark
printf 'BZh9, then text\n' > f; fails 3 unroll explain f; silent "bzip2"
printf '\050\265\057\375xxxx' > f; fails 1 unroll explain f; says "f: is packed with zstd; unpack it"
fails 4 unroll score --hypothesis f --reference t.csv; says "f: is packed with zstd; unpack it"
printf 'PAR1 is a text\n' > f; run unroll score --hypothesis f --reference f --csv
fails 4 unroll fit mean.unr y=t.csv -q -o n.model; says "a table is given without NAME="
printf 'd,y\n1,1.5\0\n' > t.csv; fails 4 unroll fit mean.unr t.csv -q -o m.model; says "a zero byte"
# models and tensors of ONNX, and files of series, whose first lines look like a title
onnx='\022\013OnnxMLTools\032\0051.7.0\042\024'
printf "\\010\\006$onnx" > f; fails 4 unroll fit mean.unr f -q -o m.model; says "f: is a model of ONNX; data are tables, texts and arrays"; silent "--skip"
fails 4 unroll fit text.unr x=f -q -o t.model; says "is a model of ONNX"
fails 1 unroll import mean.unr f; says "is a model of ONNX; load it in Python"
printf '\010\003\010\004\020\001\112\060aaaaaaaaaaaaaaaaaaaaaaaaaaa' > f; fails 4 unroll fit mean.unr f -q -o m.model; says "is a tensor of ONNX (.pb); write it by numpy.save"
printf '#A remark\n#\n\n@problemName GunPoint\n@timeStamps false\n@data\n1,2,3:1\n' > f; fails 4 unroll fit mean.unr f -q -o m.model; says "is a file of sktime (.ts); write it as CSV, a row for each point"; silent "--skip"
printf '%% A remark\n@relation iris\n@attribute d numeric\n@data\n1,2\n' > f; fails 4 unroll fit mean.unr f -q -o m.model; says "is a file of Weka (.arff)"
printf '# a remark\nd,y\n1,1.5\n2,2\n' > f; fails 4 unroll fit mean.unr f -q -o m.model; silent "Weka"
finish
