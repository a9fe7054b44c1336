@echo off
rem The command line of an installed Fovea, run by the Node program that comes with it.
"%~dp0node.exe" "%~dp0..\app.asar.unpacked\dist\node\fovea.js" %*
