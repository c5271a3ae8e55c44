; The Windows installer. installer/build.py compiles it and passes VERSION, PROGRAM (the frozen program's folder),
; ICON and OUT. It compiles (a test does it with a stand-in program); it has not been run on Windows.
;
; For one account or for all of a PC (/CurrentUser, /AllUsers); silent with /S. It installs over an older version and
; refuses to go back to one, or to write over the program while it runs. Removing takes the program only: every
; practice stays. Status: 0 done, 1 given up by the user, 2 the program is open, 3 no 64-bit Windows, 4 older.

Unicode true
SetCompressor /SOLID lzma
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\practice-app"
!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_USE_PROGRAMFILES64
!define MULTIUSER_INSTALLMODE_INSTDIR "practice-app"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"
!include MultiUser.nsh
!include MUI2.nsh
!include WordFunc.nsh
!include x64.nsh

Name "Practice App"
OutFile "${OUT}"
BrandingText "Practice App ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Practice App"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Practice App installer"
VIAddVersionKey LegalCopyright "The practice-app authors"
ManifestDPIAware true
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"

!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\practice-app.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; Stops with status 2 while the program runs: Windows does not let its file be written over.
!macro RefuseWhileItRuns
  ${If} ${FileExists} "$INSTDIR\practice-app.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\practice-app.exe" a
    ${If} ${Errors}
      SetErrorLevel 2
      Abort "Practice App is open. Close it on this PC, for every account, and try again."
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "Practice App needs a 64-bit Windows." /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  SetRegView 64
  !insertmacro MULTIUSER_INIT
FunctionEnd

Function un.onInit
  SetRegView 64
  !insertmacro MULTIUSER_UNINIT
FunctionEnd

Section "Practice App"
  !insertmacro RefuseWhileItRuns
  ReadRegStr $0 SHCTX "${UNINSTALL}" DisplayVersion
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 == 1
      SetErrorLevel 4
      Abort "Practice App $0 is installed, which is newer. Its practices cannot be opened by this older version."
    ${EndIf}
  ${EndIf}
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${PROGRAM}/*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateDirectory "$SMPROGRAMS\Practice App"
  CreateShortcut "$SMPROGRAMS\Practice App\Practice App.lnk" "$INSTDIR\practice-app.exe"
  CreateShortcut "$SMPROGRAMS\Practice App\Try it with invented patients.lnk" "$INSTDIR\practice-app.exe" "demo"
  WriteRegStr SHCTX "${UNINSTALL}" DisplayName "Practice App"
  WriteRegStr SHCTX "${UNINSTALL}" DisplayVersion "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" DisplayIcon "$INSTDIR\practice-app.exe"
  WriteRegStr SHCTX "${UNINSTALL}" Publisher "The practice-app authors"
  WriteRegStr SHCTX "${UNINSTALL}" InstallLocation "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" UninstallString '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL}" QuietUninstallString '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" NoModify 1
  WriteRegDWORD SHCTX "${UNINSTALL}" NoRepair 1
SectionEnd

Section "Uninstall"
  !insertmacro RefuseWhileItRuns
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\practice-app.exe"
  Delete "$INSTDIR\practice-app-console.exe"
  Delete "$INSTDIR\LICENCES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Practice App\Practice App.lnk"
  Delete "$SMPROGRAMS\Practice App\Try it with invented patients.lnk"
  RMDir "$SMPROGRAMS\Practice App"
  DeleteRegKey SHCTX "${UNINSTALL}"
  MessageBox MB_ICONINFORMATION "Practice App is removed. Every practice is still in the folder that was chosen for it." /SD IDOK
SectionEnd
