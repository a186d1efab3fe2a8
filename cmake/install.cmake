# Header, libraries, program, models, pkg-config file and CMake package.
include(CMakePackageConfigHelpers)

install(TARGETS unroll_shared EXPORT unroll LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS unroll_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET unroll_program)
    install(TARGETS unroll_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES include/unroll.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/unroll/models)
install(FILES README.md NEWS.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY doc DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(ur_cxx_runtime -lstdc++)                 # what a C program links beside the static library
if("c++" IN_LIST CMAKE_CXX_IMPLICIT_LINK_LIBRARIES)
    set(ur_cxx_runtime -lc++)
endif()
set(ur_private_libs ${UR_MVEC_LIBRARY} ${ur_cxx_runtime} -lm -lpthread)
string(REPLACE "mvec" "-lmvec" ur_private_libs "${ur_private_libs}")
string(REPLACE ";" " " ur_private_libs "${ur_private_libs}")
string(REPLACE ";" " " ur_requires_private "${ur_private_modules}")
file(RELATIVE_PATH ur_up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)     # so that the installed tree can be moved
string(REGEX REPLACE "/$" "" ur_up "${ur_up}")
configure_file(cmake/unroll.pc.in ${CMAKE_BINARY_DIR}/unroll.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/unroll.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(ur_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/unroll)
install(EXPORT unroll NAMESPACE unroll:: FILE unroll-targets.cmake DESTINATION ${ur_package_dir})
file(WRITE ${CMAKE_BINARY_DIR}/unroll-config.cmake "include(\"\${CMAKE_CURRENT_LIST_DIR}/unroll-targets.cmake\")\n")
write_basic_package_version_file(${CMAKE_BINARY_DIR}/unroll-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/unroll-config.cmake ${CMAKE_BINARY_DIR}/unroll-config-version.cmake DESTINATION ${ur_package_dir})
